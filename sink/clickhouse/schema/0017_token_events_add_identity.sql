ALTER TABLE {{database}}.token_events{{on_cluster}}
ADD COLUMN IF NOT EXISTS
    identity LowCardinality(String) DEFAULT 'token' COMMENT 'what the fingerprint was made of: token, edge (a digest made by a proxy) or foreign (an id of another system)',
ADD COLUMN IF NOT EXISTS
    paired_with String COMMENT 'of an identity that is no token: fingerprint of the token in the same request; see v_identity_pairs' CODEC(ZSTD(1)),
ADD COLUMN IF NOT EXISTS
    service LowCardinality(String) COMMENT 'service that the request was for; empty if neither the log nor the configuration says',
ADD COLUMN IF NOT EXISTS
    environment LowCardinality(String) COMMENT 'environment of the service: production, staging; empty likewise'
