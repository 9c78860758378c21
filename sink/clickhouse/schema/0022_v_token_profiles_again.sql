CREATE OR REPLACE VIEW {{database}}.v_token_profiles{{on_cluster}}
(
{{columns token_profiles state=}}
) AS
SELECT * EXCEPT (state)
FROM {{database}}.token_profiles FINAL
COMMENT 'how each credential, token family, client network and issuer is used'
