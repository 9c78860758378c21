ALTER TABLE {{database}}.v_token_events{{on_cluster}}
{{comments token_events}}
