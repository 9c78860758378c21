ALTER TABLE {{database}}.v_token_profiles{{on_cluster}}
{{comments token_profiles}}
