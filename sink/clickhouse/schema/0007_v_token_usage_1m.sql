CREATE VIEW IF NOT EXISTS {{database}}.v_token_usage_1m{{on_cluster}} AS
SELECT
    minute,
    fingerprint,
    any(u.key_id) AS key_id,
    host,
    endpoint,
    country,
    status_class,
    sum(u.requests) AS requests,
    sum(u.errors) AS errors,
    sum(u.bytes) AS bytes
FROM {{database}}.token_usage_1m AS u FINAL
GROUP BY minute, fingerprint, host, endpoint, country, status_class
SETTINGS do_not_merge_across_partitions_select_final = 1
COMMENT 'requests per credential, minute, host, endpoint, country and status class'
