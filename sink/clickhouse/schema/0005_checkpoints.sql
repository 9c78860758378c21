CREATE TABLE IF NOT EXISTS {{database}}.checkpoints{{on_cluster}}
(
    topic LowCardinality(String) COMMENT 'usage topic',
    partition Int32 COMMENT 'usage partition',
    epoch UInt32 COMMENT 'which life of the usage topic; rises when it was deleted and made anew',
    offset UInt64 COMMENT 'of the last usage message that is stored in all tables',
    marks Array(Tuple(topic String, partition Int32, epoch UInt32, offset Int64)) COMMENT 'per input partition: offset of the last line that is stored in all tables',
    written_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when the row was written'
)
ENGINE = {{replicated}}ReplacingMergeTree(offset)
ORDER BY (topic, partition, epoch)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'how far each usage partition is stored; a restart goes on from here. Do not change by hand'
