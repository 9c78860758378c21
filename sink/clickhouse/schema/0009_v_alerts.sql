CREATE VIEW IF NOT EXISTS {{database}}.v_alerts{{on_cluster}} AS
SELECT *
FROM {{database}}.alerts FINAL
SETTINGS do_not_merge_across_partitions_select_final = 0
COMMENT 'one incident per rule and subject'
