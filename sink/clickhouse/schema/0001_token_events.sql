-- The key is the identity of an event: a replay replaces. The day stands before the fingerprint so that both a time
-- range and the history of one token read few granules, and the time stands in the key only inside functions, because
-- ClickHouse prunes by toDate(time) only if time itself is not a key column.
CREATE TABLE IF NOT EXISTS {{database}}.token_events{{on_cluster}}
(
    time DateTime64(6, 'UTC') COMMENT 'when the request was made, as the log says' CODEC(Delta, ZSTD(1)),
    fingerprint FixedString(32) COMMENT 'keyed hash of the credential, 32 hexadecimal characters; see tokenwarden fingerprint' CODEC(ZSTD(1)),
    key_id LowCardinality(String) COMMENT 'which key made the fingerprint; fingerprints of different keys do not compare',
    token_kind LowCardinality(String) COMMENT 'jwt, github_pat, session, ...',
    confidence Enum8('' = 0, 'low' = 1, 'medium' = 2, 'high' = 3) COMMENT 'how sure the finding is; can be compared: confidence >= ''medium''',
    location LowCardinality(String) COMMENT 'where the credential stood: query, path, referer, header, cookie, userinfo or fragment',
    param LowCardinality(String) COMMENT 'name of the parameter, header or cookie; for a path the position in the endpoint',
    first_in_request Bool COMMENT 'first event of this credential in its request: countIf(first_in_request) counts requests',
    client_ip IPv6 COMMENT 'client address; IPv4 as ::ffff:192.0.2.1 (the view shows 192.0.2.1), :: if the log has none',
    country LowCardinality(String) COMMENT 'country of client_ip, ISO 3166-1 alpha-2; empty if unknown',
    city LowCardinality(String) COMMENT 'city of client_ip; empty if unknown',
    asn UInt32 COMMENT 'autonomous system of client_ip; 0 if unknown',
    as_org LowCardinality(String) COMMENT 'name of the autonomous system',
    method LowCardinality(String) COMMENT 'HTTP method',
    host LowCardinality(String) COMMENT 'host the request was for; empty if the log has none',
    endpoint LowCardinality(String) COMMENT 'path with ids replaced: /v1/orders/{id}',
    target String COMMENT 'request target, redacted, at most 512 bytes' CODEC(ZSTD(1)),
    status UInt16 COMMENT 'HTTP status; 0 if the log has none',
    bytes UInt64 COMMENT 'response bytes; 0 if the log has none' CODEC(T64, ZSTD(1)),
    user_agent String COMMENT 'user agent as logged, redacted' CODEC(ZSTD(1)),
    client LowCardinality(String) COMMENT 'client family without version: curl, Chrome, Go-http-client',
    scheme LowCardinality(String) COMMENT 'http, https or empty if the log does not say',
    tls_protocol LowCardinality(String) COMMENT 'TLSv1.3 as logged; empty if the log does not say',
    owner String COMMENT 'user the log or the token names; empty if none' CODEC(ZSTD(1)),
    family String COMMENT 'keyed hash of issuer, subject and client of a JWT: outlives rotation; empty if none' CODEC(ZSTD(1)),
    scopes Array(LowCardinality(String)) COMMENT 'scopes or roles the token claims',
    jwt_alg LowCardinality(String) COMMENT 'alg of a JWT; empty for other tokens',
    jwt_unsigned Bool COMMENT 'the JWT has alg none or no signature',
    issuer LowCardinality(String) COMMENT 'iss of a JWT, not verified',
    issued_at DateTime('UTC') COMMENT 'iat of a JWT, not verified; 1970-01-01 if absent',
    expires DateTime('UTC') COMMENT 'exp of a JWT, not verified; 1970-01-01 if absent, 2105-12-31 if later than that',
    token_length UInt32 COMMENT 'characters of the credential',
    token_bits Float32 COMMENT 'estimated entropy of the credential in bits; 0 if not measured',
    topic LowCardinality(String) COMMENT 'source: Kafka topic, or the file if partition is -1',
    partition Int32 COMMENT 'source: Kafka partition; -1 for a file',
    epoch UInt32 COMMENT 'source: which life of the topic; rises when it was deleted and made anew',
    offset Int64 COMMENT 'source: Kafka offset' CODEC(Delta, ZSTD(1)),
    line Int64 COMMENT 'source: line of the file, or line within a Kafka message of several, else 0' CODEC(T64, ZSTD(1)),
    source String ALIAS if(partition < 0, concat(topic, ':', toString(line)), concat(topic, '/', toString(partition), '/', toString(offset), if(line > 0, concat('#', toString(line)), ''))) COMMENT 'where the event was read: topic/partition/offset or file:line',
    written DateTime('UTC') DEFAULT now() COMMENT 'when the row was written; retention counts from here, so that old logs can be loaded',
    INDEX client_ip_index client_ip TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX client_ip_text_index replaceRegexpOne(toString(client_ip), '^::(ffff:|$)', '') TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX owner_index owner TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {{replicated}}ReplacingMergeTree
PARTITION BY toYYYYMM(time)
PRIMARY KEY (toDate(time), fingerprint, toUnixTimestamp64Micro(time))
ORDER BY (toDate(time), fingerprint, toUnixTimestamp64Micro(time), topic, partition, epoch, offset, line, location, param)
TTL toDate(written) + INTERVAL {{events_days}} DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1, min_bytes_for_wide_part = 134217728
COMMENT 'one row per credential seen in a request; read v_token_events, which shows each once'
