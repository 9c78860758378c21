ALTER TABLE {{database}}.checkpoints{{on_cluster}}
ADD COLUMN IF NOT EXISTS
    fleet String COMMENT 'what many tokens of the partition do at once; readable by tokenwarden only'
