-- An incident grows: the row with the greatest count is the newest. first_seen is part of the identity, so the
-- versions of an incident lie in one partition.
CREATE TABLE IF NOT EXISTS {{database}}.alerts{{on_cluster}}
(
    id String COMMENT 'identity of the incident: hash of rule, subject and first_seen',
    rule LowCardinality(String) COMMENT 'rule that fired; see tokenwarden rules explain',
    severity Enum8('info' = 0, 'low' = 1, 'medium' = 2, 'high' = 3, 'critical' = 4) COMMENT 'can be compared: severity >= ''high''',
    title LowCardinality(String) COMMENT 'what the rule is about',
    summary String COMMENT 'what happened, in a sentence' CODEC(ZSTD(1)),
    subject_kind LowCardinality(String) COMMENT 'what the alert is about: token, family, network or issuer',
    subject String COMMENT 'fingerprint, or for a client its network' CODEC(ZSTD(1)),
    token_kind LowCardinality(String) COMMENT 'jwt, github_pat, session, ...',
    key_id LowCardinality(String) COMMENT 'which key made the fingerprint',
    owner String COMMENT 'user the log or the token names; empty if none' CODEC(ZSTD(1)),
    first_seen DateTime64(6, 'UTC') COMMENT 'first event of the incident, event time',
    last_seen DateTime64(6, 'UTC') COMMENT 'last event of the incident so far, event time',
    count UInt64 COMMENT 'events that satisfied the rule so far',
    observed String COMMENT 'what was seen' CODEC(ZSTD(1)),
    baseline String COMMENT 'what is usual for the subject' CODEC(ZSTD(1)),
    threshold String COMMENT 'what the rule allows' CODEC(ZSTD(1)),
    evidence Array(String) COMMENT 'the first requests of the incident, redacted' CODEC(ZSTD(1)),
    attack Array(LowCardinality(String)) COMMENT 'MITRE ATT&CK technique ids',
    status LowCardinality(String) COMMENT 'open',
    next_steps Array(String) COMMENT 'what to do' CODEC(ZSTD(1)),
    sql String COMMENT 'query that shows the evidence' CODEC(ZSTD(1)),
    written DateTime('UTC') DEFAULT now() COMMENT 'when the row was written; retention counts from here, so that old logs can be loaded',
    INDEX subject_index subject TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX owner_index owner TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {{replicated}}ReplacingMergeTree(count)
PARTITION BY toYYYYMM(first_seen)
ORDER BY id
TTL toDate(written) + INTERVAL {{alerts_days}} DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1
COMMENT 'one incident per rule and subject; read v_alerts, which shows each once'
