ALTER TABLE {{database}}.alerts{{on_cluster}}
ADD COLUMN IF NOT EXISTS
    owasp Array(LowCardinality(String)) COMMENT 'OWASP API Security Top 10 ids'
