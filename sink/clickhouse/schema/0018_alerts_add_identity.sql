ALTER TABLE {{database}}.alerts{{on_cluster}}
ADD COLUMN IF NOT EXISTS
    identity LowCardinality(String) DEFAULT 'token' COMMENT 'what the fingerprint of the last event was made of: token, edge or foreign',
ADD COLUMN IF NOT EXISTS
    service LowCardinality(String) COMMENT 'service of the last event that names one'
