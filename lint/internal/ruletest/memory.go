package ruletest

import (
	"context"
	"math"
	"sort"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

// memory holds series in memory, as Prometheus's storage does without samples that come too late: it
// implements the interfaces that the engine reads from and rules write to.
type memory struct {
	series map[string]*series
	sorted []*series // by labels
}

type series struct {
	labels  labels.Labels
	samples []chunks.Sample // by time
}

func newMemory() *memory { return &memory{series: map[string]*series{}} }

// append adds a sample, unless a later one, or another one of the same time, is there.
func (m *memory) append(l labels.Labels, p point) error {
	key := string(l.Bytes(nil))
	s := m.series[key]
	if s == nil {
		s = &series{labels: l}
		m.series[key] = s
		at := sort.Search(len(m.sorted), func(i int) bool { return labels.Compare(m.sorted[i].labels, l) > 0 })
		m.sorted = append(m.sorted, nil)
		copy(m.sorted[at+1:], m.sorted[at:])
		m.sorted[at] = s
	}
	if n := len(s.samples); n > 0 {
		switch last := s.samples[n-1]; {
		case last.T() > p.t:
			return storage.ErrOutOfOrderSample
		case last.T() == p.t && last.Type() == p.Type() && math.Float64bits(last.F()) == math.Float64bits(p.f):
			return nil
		case last.T() == p.t:
			return storage.ErrDuplicateSampleForTimestamp
		}
	}
	s.samples = append(s.samples, p)
	return nil
}

// Querier implements storage.Queryable.
func (m *memory) Querier(from, to int64) (storage.Querier, error) { return querier{m, from, to}, nil }

type querier struct {
	m        *memory
	from, to int64
}

// Select implements storage.Querier.
func (q querier) Select(_ context.Context, _ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	set := &seriesSet{at: -1}
	for _, s := range q.m.sorted {
		if !matchesAll(s.labels, matchers) {
			continue
		}
		first := sort.Search(len(s.samples), func(i int) bool { return s.samples[i].T() >= q.from })
		end := sort.Search(len(s.samples), func(i int) bool { return s.samples[i].T() > q.to })
		if first < end {
			set.all = append(set.all, storage.NewListSeries(s.labels, s.samples[first:end:end]))
		}
	}
	return set
}

func matchesAll(l labels.Labels, matchers []*labels.Matcher) bool {
	for _, m := range matchers {
		if !m.Matches(l.Get(m.Name)) {
			return false
		}
	}
	return true
}

// LabelValues implements storage.LabelQuerier; the engine doesn't ask.
func (querier) LabelValues(context.Context, string, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

// LabelNames implements storage.LabelQuerier; the engine doesn't ask.
func (querier) LabelNames(context.Context, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

// Close implements storage.LabelQuerier.
func (querier) Close() error { return nil }

type seriesSet struct {
	all []storage.Series
	at  int
}

// Next implements storage.SeriesSet.
func (s *seriesSet) Next() bool {
	s.at++
	return s.at < len(s.all)
}

// At implements storage.SeriesSet.
func (s *seriesSet) At() storage.Series { return s.all[s.at] }

// Err implements storage.SeriesSet.
func (*seriesSet) Err() error { return nil }

// Warnings implements storage.SeriesSet.
func (*seriesSet) Warnings() annotations.Annotations { return nil }

// point is one sample: a number or a histogram.
type point struct {
	t  int64
	f  float64
	fh *histogram.FloatHistogram
}

// T implements chunks.Sample.
func (p point) T() int64 { return p.t }

// ST implements chunks.Sample.
func (point) ST() int64 { return 0 }

// F implements chunks.Sample.
func (p point) F() float64 { return p.f }

// H implements chunks.Sample.
func (point) H() *histogram.Histogram { return nil }

// FH implements chunks.Sample.
func (p point) FH() *histogram.FloatHistogram { return p.fh }

// Type implements chunks.Sample.
func (p point) Type() chunkenc.ValueType {
	if p.fh != nil {
		return chunkenc.ValFloatHistogram
	}
	return chunkenc.ValFloat
}

// Copy implements chunks.Sample.
func (p point) Copy() chunks.Sample {
	if p.fh != nil {
		p.fh = p.fh.Copy()
	}
	return p
}
