ALTER TABLE {{database}}.v_token_usage_1m{{on_cluster}}
{{comments token_usage_1m}}
