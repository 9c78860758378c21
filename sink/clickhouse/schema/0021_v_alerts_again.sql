-- Made again: alerts has further columns.
CREATE OR REPLACE VIEW {{database}}.v_alerts{{on_cluster}}
(
{{columns alerts}}
) AS
SELECT *
FROM {{database}}.alerts FINAL
SETTINGS do_not_merge_across_partitions_select_final = 0
COMMENT 'one incident per rule and subject'
