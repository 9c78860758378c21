CREATE VIEW IF NOT EXISTS {{database}}.v_token_profiles{{on_cluster}} AS
SELECT * EXCEPT (state)
FROM {{database}}.token_profiles FINAL
COMMENT 'how each credential, token family, client network and issuer is used'
