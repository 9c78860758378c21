-- A row is the absolute count of one accumulator, so the row with most requests is the newest. See 0001 for the key.
CREATE TABLE IF NOT EXISTS {{database}}.token_usage_1m{{on_cluster}}
(
    minute DateTime('UTC') COMMENT 'start of the minute, event time' CODEC(Delta, ZSTD(1)),
    fingerprint FixedString(32) COMMENT 'keyed hash of the credential, 32 hexadecimal characters; see tokenwarden fingerprint' CODEC(ZSTD(1)),
    key_id LowCardinality(String) COMMENT 'which key made the fingerprint; fingerprints of different keys do not compare',
    host LowCardinality(String) COMMENT 'host the requests were for; empty if the log has none',
    endpoint LowCardinality(String) COMMENT 'path with ids replaced: /v1/orders/{id}',
    country LowCardinality(String) COMMENT 'country of the client, ISO 3166-1 alpha-2; empty if unknown',
    status_class UInt8 COMMENT 'first digit of the HTTP status: 2 for 2xx; 0 if the log has none',
    segment UInt64 COMMENT 'part of the minute: late events open another one; sum over segments' CODEC(T64, ZSTD(1)),
    requests UInt64 COMMENT 'requests that carried the credential' CODEC(T64, ZSTD(1)),
    errors UInt64 COMMENT 'of these, answered with status 400 or above' CODEC(T64, ZSTD(1)),
    bytes UInt64 COMMENT 'response bytes' CODEC(T64, ZSTD(1)),
    written DateTime('UTC') DEFAULT now() COMMENT 'when the row was written; retention counts from here, so that old logs can be loaded'
)
ENGINE = {{replicated}}ReplacingMergeTree(requests)
PARTITION BY toYYYYMM(minute)
PRIMARY KEY (toDate(minute), fingerprint, toUnixTimestamp(minute))
ORDER BY (toDate(minute), fingerprint, toUnixTimestamp(minute), host, endpoint, country, status_class, segment)
TTL toDate(written) + INTERVAL {{usage_days}} DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1
COMMENT 'requests per credential, minute, host, endpoint, country and status class; read v_token_usage_1m, which is exact'
