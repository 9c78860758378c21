CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.identity_pairs_from_events{{on_cluster}}
TO {{database}}.identity_pairs
(
{{columns identity_pairs}}
) AS
SELECT
    fingerprint,
    toFixedString(paired_with, 32) AS paired_with,
    key_id,
    identity,
    token_kind,
    min(time) AS first_seen,
    max(time) AS last_seen
FROM {{database}}.token_events
WHERE token_events.paired_with != ''
GROUP BY fingerprint, paired_with, key_id, identity, token_kind
COMMENT 'fills identity_pairs'
