package detect

import (
	"strings"

	"github.com/tokenwarden/tokenwarden"
)

// marks say how far the usages of each input partition were applied. A usage at or below the mark, as it was before the
// message that brings it, is a repeat. Epoch 0 means "the current one"; a higher epoch is new whatever its offset, a
// lower one is a repeat. What was not read from a topic is never a repeat.
type marks struct {
	list  []mark
	index map[markKey]int
	last  int // the one asked for last
}

type mark struct {
	tokenwarden.SourceOffset
	known  bool // something was applied: the Mark means something
	rising bool // this message brought something new,
	epoch  uint32
	offset int64 // and this is the highest of it
}

type markKey struct {
	topic     string
	partition int32
}

func (m *marks) set(ms []tokenwarden.SourceOffset) {
	m.list, m.index, m.last = nil, map[markKey]int{}, 0
	for _, one := range ms {
		i := m.find(one.Topic, one.Partition)
		m.list[i].SourceOffset.Epoch, m.list[i].SourceOffset.Offset, m.list[i].known = one.Epoch, one.Offset, true
	}
}

func (m *marks) find(topic string, partition int32) int {
	if m.last < len(m.list) && m.list[m.last].Partition == partition && m.list[m.last].Topic == topic {
		return m.last
	}
	i, ok := m.index[markKey{topic, partition}]
	if !ok {
		i = len(m.list)
		topic = strings.Clone(topic)
		m.list = append(m.list, mark{SourceOffset: tokenwarden.SourceOffset{Topic: topic, Partition: partition}})
		if m.index == nil {
			m.index = map[markKey]int{}
		}
		m.index[markKey{topic, partition}] = i
	}
	m.last = i
	return i
}

// abandon forgets what a message that was never applied brought.
func (m *marks) abandon() {
	for i := range m.list {
		m.list[i].rising = false
	}
}

// repeated tells whether an event of this source was applied before this message. If not, the mark will rise.
func (m *marks) repeated(s *tokenwarden.Source) bool {
	if s.Topic == "" {
		return false
	}
	at := &m.list[m.find(s.Topic, s.Partition)]
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

// end raises the marks to what the message brought.
func (m *marks) end() {
	for i := range m.list {
		if at := &m.list[i]; at.rising {
			at.SourceOffset.Epoch, at.SourceOffset.Offset, at.known, at.rising = at.epoch, at.offset, true, false
		}
	}
}

func (m *marks) appendTo(dst []tokenwarden.SourceOffset) []tokenwarden.SourceOffset {
	for i := range m.list {
		if m.list[i].known {
			dst = append(dst, m.list[i].SourceOffset)
		}
	}
	return dst
}
