ALTER TABLE {{database}}.v_alerts{{on_cluster}}
{{comments alerts}}
