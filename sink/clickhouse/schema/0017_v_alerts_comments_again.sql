-- once more, with the columns that were added
ALTER TABLE {{database}}.v_alerts{{on_cluster}}
{{comments alerts}}
