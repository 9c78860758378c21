package detect

import (
	"strings"

	"github.com/tokenwarden/tokenwarden"
)

// highWatermarks detect repeated usages. Per input partition they hold the greatest applied offset: a usage at or below the mark, as
// of the previous message, is a repeat. Epoch 0 means the current epoch; a higher epoch is new whatever its offset, a
// lower epoch is a repeat. Usages without a topic are never repeats.
type highWatermarks struct {
	list  []watermark
	index map[inputPartition]int
	last  int // index of the one used last
}

type watermark struct {
	tokenwarden.SourceOffset
	known  bool // something was applied: the offset is valid
	rising bool // the current message brought something new,
	epoch  uint32
	offset int64 // and this is the greatest of it
}

type inputPartition struct {
	topic     string
	partition int32
}

// reset replaces the marks by a checkpoint's.
func (h *highWatermarks) reset(offsets []tokenwarden.SourceOffset) {
	h.list, h.index, h.last = nil, map[inputPartition]int{}, 0
	for _, o := range offsets {
		at := h.find(o.Topic, o.Partition)
		at.SourceOffset.Epoch, at.SourceOffset.Offset, at.known = o.Epoch, o.Offset, true
	}
}

func (h *highWatermarks) find(topic string, partition int32) *watermark {
	if h.last < len(h.list) && h.list[h.last].Partition == partition && h.list[h.last].Topic == topic {
		return &h.list[h.last]
	}
	i, ok := h.index[inputPartition{topic, partition}]
	if !ok {
		i = len(h.list)
		topic = strings.Clone(topic)
		h.list = append(h.list, watermark{SourceOffset: tokenwarden.SourceOffset{Topic: topic, Partition: partition}})
		if h.index == nil {
			h.index = map[inputPartition]int{}
		}
		h.index[inputPartition{topic, partition}] = i
	}
	h.last = i
	return &h.list[i]
}

// Seen reports whether an event of this source was applied before the current message. If not, Commit will raise the mark to it.
func (h *highWatermarks) Seen(s *tokenwarden.Source) bool {
	if s.Topic == "" {
		return false
	}
	at := h.find(s.Topic, s.Partition)
	epoch := s.Epoch
	if epoch == 0 && at.known {
		epoch = at.Epoch
	}
	if at.known && (epoch < at.Epoch || epoch == at.Epoch && s.Offset <= at.Offset) {
		return true
	}
	if !at.rising || epoch > at.epoch || epoch == at.epoch && s.Offset > at.offset {
		at.rising, at.epoch, at.offset = true, epoch, s.Offset
	}
	return false
}

// Rollback forgets the current, unapplied message.
func (h *highWatermarks) Rollback() {
	for i := range h.list {
		h.list[i].rising = false
	}
}

// Commit raises the marks to the offsets of the current message.
func (h *highWatermarks) Commit() {
	for i := range h.list {
		if at := &h.list[i]; at.rising {
			at.SourceOffset.Epoch, at.SourceOffset.Offset, at.known, at.rising = at.epoch, at.offset, true, false
		}
	}
}

// AppendTo appends the marks.
func (h *highWatermarks) AppendTo(dst []tokenwarden.SourceOffset) []tokenwarden.SourceOffset {
	for i := range h.list {
		if h.list[i].known {
			dst = append(dst, h.list[i].SourceOffset)
		}
	}
	return dst
}
