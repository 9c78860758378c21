-- Filled from token_events. Least and greatest are the same however often a row is written.
CREATE TABLE IF NOT EXISTS {{database}}.identity_pairs{{on_cluster}}
(
    fingerprint FixedString(32) COMMENT 'of the identity that is no token',
    paired_with FixedString(32) COMMENT 'fingerprint of the token that stood in the same request',
    key_id LowCardinality(String) COMMENT 'which key made both fingerprints',
    identity LowCardinality(String) COMMENT 'edge or foreign',
    token_kind LowCardinality(String) COMMENT 'system and field of the identity: kong_consumer, aws_access_key, ...',
    first_seen SimpleAggregateFunction(min, DateTime64(6, 'UTC')) COMMENT 'first request that showed both',
    last_seen SimpleAggregateFunction(max, DateTime64(6, 'UTC')) COMMENT 'last request that showed both',
    INDEX paired_with_index paired_with TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {{replicated}}AggregatingMergeTree
ORDER BY (fingerprint, paired_with, key_id, identity, token_kind)
TTL toDate(last_seen) + INTERVAL {{profiles_days}} DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'which identity stands for which token; read v_identity_pairs, which shows each pair once'
