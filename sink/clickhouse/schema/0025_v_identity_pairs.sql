CREATE VIEW IF NOT EXISTS {{database}}.v_identity_pairs{{on_cluster}}
(
{{columns identity_pairs first_seen=DateTime64(6, 'UTC') last_seen=DateTime64(6, 'UTC')}}
) AS
SELECT *
FROM {{database}}.identity_pairs FINAL
COMMENT 'which identity stands for which token: pairs that requests showed'
