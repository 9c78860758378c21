ALTER TABLE {{database}}.token_profiles{{on_cluster}}
ADD COLUMN IF NOT EXISTS
    identity LowCardinality(String) DEFAULT 'token' COMMENT 'what the fingerprint of the last event was made of: token, edge or foreign'
