CREATE OR REPLACE VIEW {{database}}.v_token_events{{on_cluster}}
(
{{columns token_events client_ip=String}}
) AS
SELECT
    * REPLACE (replaceRegexpOne(toString(client_ip), '^::(ffff:|$)', '') AS client_ip),
    source
FROM {{database}}.token_events FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1, use_skip_indexes_if_final = 1
COMMENT 'one row per credential seen in a request'
