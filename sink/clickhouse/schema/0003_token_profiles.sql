-- No partitions: a profile moves through time, and its versions must meet to replace each other.
-- tokenwarden looks up thousands of single rows at once, hence small granules and small compressed blocks, hence one
-- column that holds all it needs: measured with a million profiles, reading the others as well takes 2.5 times as long.
-- The subject stands first in the key because people ask for it without its kind.
CREATE TABLE IF NOT EXISTS {{database}}.token_profiles{{on_cluster}}
(
    subject_kind LowCardinality(String) COMMENT 'what the profile is about: token, family, network or issuer',
    subject String COMMENT 'fingerprint, or for a client its network: 192.0.2.0/24 or 2001:db8::/64' CODEC(ZSTD(1)),
    key_id LowCardinality(String) COMMENT 'which key made the fingerprint; empty for a client',
    token_kind LowCardinality(String) COMMENT 'jwt, github_pat, session, ...',
    owner String COMMENT 'user the log or the token names; empty if none' CODEC(ZSTD(1)),
    family String COMMENT 'keyed hash of issuer, subject and client of a JWT: outlives rotation; empty if none' CODEC(ZSTD(1)),
    first_seen DateTime64(6, 'UTC') COMMENT 'first event, event time',
    last_seen DateTime64(6, 'UTC') COMMENT 'last event, event time',
    requests UInt64 COMMENT 'requests ever seen' CODEC(T64, ZSTD(1)),
    errors UInt64 COMMENT 'of these, answered with status 400 or above' CODEC(T64, ZSTD(1)),
    bytes UInt64 COMMENT 'response bytes' CODEC(T64, ZSTD(1)),
    countries Array(LowCardinality(String)) COMMENT 'countries it was used from',
    asns Array(UInt32) COMMENT 'autonomous systems it was used from',
    networks UInt64 COMMENT 'distinct client networks: IPv4 /24, IPv6 /64',
    clients Array(LowCardinality(String)) COMMENT 'client families that used it',
    hosts Array(LowCardinality(String)) COMMENT 'hosts it was used on',
    endpoints UInt64 COMMENT 'distinct endpoints',
    scopes Array(LowCardinality(String)) COMMENT 'scopes or roles it claims',
    version UInt64 COMMENT 'events applied: the row with the greatest is the newest' CODEC(T64, ZSTD(1)),
    applied_partition Int32 COMMENT 'usage partition the profile belongs to',
    applied_epoch UInt32 COMMENT 'which life of the usage topic',
    applied_offset Int64 COMMENT 'offset of the last usage message applied' CODEC(T64, ZSTD(1)),
    state String COMMENT 'the whole profile, and what a restart goes on from; readable by tokenwarden only',
    written DateTime('UTC') DEFAULT now() COMMENT 'when the row was written; retention counts from here, so that old logs can be loaded',
    INDEX owner_index owner TYPE bloom_filter(0.01) GRANULARITY 4
)
ENGINE = {{replicated}}ReplacingMergeTree(version)
ORDER BY (subject, subject_kind)
TTL toDate(written) + INTERVAL {{profiles_days}} DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, index_granularity = 64, min_compress_block_size = 4096, max_compress_block_size = 65536
COMMENT 'how each credential, token family, client network and issuer is used; read v_token_profiles, which shows each once'
