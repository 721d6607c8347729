package schedule

import (
	"cmp"
	"slices"

	"github.com/omegagen/omegagen/planner/internal/heap"
)

// Job is a step to be scheduled.
type Job struct {
	Duration int64
	Needs    []int // jobs that must be done before; all have smaller numbers
	Uses     []Use
	Rank     int // lower rank goes first among equally urgent jobs
	// Conflicts are jobs that must not run at the same time as this one, though
	// either may go first.
	Conflicts []int
}

// Use is an amount of a resource, held from start to end.
type Use struct {
	Resource int
	Amount   int64
}

// Times is a schedule.
type Times struct {
	Start    []int64
	Slack    []int64 // by how much the job alone may be late without delaying the end
	Makespan int64
	Lower    int64 // no schedule of these jobs is shorter
}

// scheduler is the common part of all schedules of one set of jobs.
type scheduler struct {
	jobs  []Job
	cap   []int64
	succs [][]int
	tail  []int64 // from a job's start to the end, ignoring resources
	head  []int64
	stop  func() bool
}

// Schedule finds start times of least makespan; if Lower is less than Makespan,
// optimality was not proved within maxNodes search nodes. Every use fits its
// resource's capacity. hint, if not nil, is a schedule to improve on if it is
// valid. When stop (nil: never) returns true, the best schedule so far is the
// result.
func Schedule(jobs []Job, capacity, hint []int64, maxNodes int, stop func() bool) Times {
	s := &scheduler{jobs: jobs, cap: capacity, stop: stop}
	s.prepare()
	lower := s.lowerBound()
	best := s.list(s.tail)
	span := s.span(best)
	if hint != nil && s.span(hint) < span && s.valid(hint) {
		best, span = hint, s.span(hint)
	}
	if span > lower {
		best, span = s.improve(best, span, lower, maxNodes)
		if span < 0 { // proved
			span = s.span(best)
			lower = span
		}
	}
	return Times{Start: best, Slack: s.slack(best, span), Makespan: span, Lower: min(lower, span)}
}

// Bound is a lower bound of the makespan of some jobs, of which it is only
// known that none starts before its head and that its tail passes from its
// start to the end.
func Bound(jobs []Job, head, tail, capacity []int64) int64 {
	s := &scheduler{jobs: jobs, cap: capacity, head: head, tail: tail}
	return s.lowerBound()
}

func (s *scheduler) prepare() {
	n := len(s.jobs)
	s.succs = make([][]int, n)
	s.head = make([]int64, n)
	s.tail = make([]int64, n)
	for j := range s.jobs {
		for _, i := range s.jobs[j].Needs {
			s.succs[i] = append(s.succs[i], j)
			s.head[j] = max(s.head[j], s.head[i]+s.jobs[i].Duration)
		}
	}
	for i := n - 1; i >= 0; i-- {
		for _, j := range s.succs[i] {
			s.tail[i] = max(s.tail[i], s.tail[j])
		}
		s.tail[i] += s.jobs[i].Duration
	}
}

func (s *scheduler) span(start []int64) int64 {
	end := int64(0)
	for i, t := range start {
		end = max(end, t+s.jobs[i].Duration)
	}
	return end
}

// valid reports whether a schedule satisfies all constraints.
func (s *scheduler) valid(start []int64) bool {
	end := func(i int) int64 { return start[i] + s.jobs[i].Duration }
	for i := range s.jobs {
		for _, j := range s.jobs[i].Needs {
			if end(j) > start[i] {
				return false
			}
		}
		for _, j := range s.jobs[i].Conflicts {
			if start[i] < end(j) && start[j] < end(i) {
				return false
			}
		}
		for _, u := range s.jobs[i].Uses {
			used := int64(0)
			for j := range s.jobs {
				// A job without duration holds nothing, but must fit when it is done.
				runs := start[j] <= start[i] && start[i] < end(j)
				if s.jobs[i].Duration == 0 {
					runs = start[j] < start[i] && start[i] < end(j)
				}
				if i != j && !runs {
					continue
				}
				for _, w := range s.jobs[j].Uses {
					if w.Resource == u.Resource {
						used += w.Amount
					}
				}
			}
			if used > s.cap[u.Resource] {
				return false
			}
		}
	}
	return true
}

// byUrgency is a queue of jobs: greater weight first, then rank, then number.
func byUrgency(jobs []Job, weight []int64) *heap.Heap[int] {
	return heap.New(func(i, j int) bool {
		if weight[i] != weight[j] {
			return weight[i] > weight[j]
		}
		if jobs[i].Rank != jobs[j].Rank {
			return jobs[i].Rank < jobs[j].Rank
		}
		return i < j
	})
}

// list starts, whenever a job ends, all ready jobs that fit, the most urgent
// first.
func (s *scheduler) list(weight []int64) []int64 {
	n := len(s.jobs)
	start, end, left := make([]int64, n), make([]int64, n), make([]int, n)
	ready := byUrgency(s.jobs, weight)
	for i := range s.jobs {
		if left[i] = len(s.jobs[i].Needs); left[i] == 0 {
			ready.Push(i)
		}
	}
	free := slices.Clone(s.cap)
	running := heap.New(func(i, j int) bool { return end[i] < end[j] || end[i] == end[j] && i < j })
	active := make([]bool, n)
	w := newWaiting(s, weight, ready)
	now := int64(0)
	for done := 0; done < n; {
		for ready.Len() > 0 {
			i := ready.Pop()
			if slot := s.blocked(i, free, active); slot >= 0 {
				w.put(i, slot, free)
				continue
			}
			for _, u := range s.jobs[i].Uses {
				free[u.Resource] -= u.Amount
			}
			start[i], end[i], active[i] = now, now+s.jobs[i].Duration, true
			running.Push(i)
			w.left(i, free)
		}
		w.settle()
		now = end[running.First()]
		for running.Len() > 0 && end[running.First()] == now {
			i := running.Pop()
			active[i] = false
			done++
			for _, u := range s.jobs[i].Uses {
				free[u.Resource] += u.Amount
				w.wake(u.Resource + 1)
			}
			if len(s.jobs[i].Conflicts) > 0 {
				w.wakeAll(0)
			}
			for _, j := range s.succs[i] {
				if left[j]--; left[j] == 0 {
					ready.Push(j)
				}
			}
		}
	}
	return start
}

// waiting holds the blocked ready jobs, by the first resource that they lack
// (slot 1 + resource; 0 is for jobs that must not overlap). When a resource is
// released, its most urgent job is checked again, and the next one only after
// that: so long queues cost little.
type waiting struct {
	ready *heap.Heap[int]
	slots []*heap.Heap[int]
	aside [][]int // checked without success at this time
	from  []int   // slot that a ready job was woken from; -1: none
	awake []bool  // a job of the slot is in ready
}

func newWaiting(s *scheduler, weight []int64, ready *heap.Heap[int]) *waiting {
	w := &waiting{ready: ready, slots: make([]*heap.Heap[int], len(s.cap)+1), aside: make([][]int, len(s.cap)+1),
		from: make([]int, len(s.jobs)), awake: make([]bool, len(s.cap)+1)}
	for i := range w.slots {
		w.slots[i] = byUrgency(s.jobs, weight)
	}
	for i := range w.from {
		w.from[i] = -1
	}
	return w
}

func (w *waiting) wake(slot int) {
	if !w.awake[slot] && w.slots[slot].Len() > 0 {
		i := w.slots[slot].Pop()
		w.from[i], w.awake[slot] = slot, true
		w.ready.Push(i)
	}
}

func (w *waiting) wakeAll(slot int) {
	for w.slots[slot].Len() > 0 {
		w.ready.Push(w.slots[slot].Pop())
	}
}

// put queues a blocked job.
func (w *waiting) put(i, slot int, free []int64) {
	if w.from[i] == slot {
		w.aside[slot] = append(w.aside[slot], i)
	} else {
		w.slots[slot].Push(i)
	}
	w.left(i, free)
}

// left records that a job is no longer in ready: the next one of the slot that
// it was woken from may be checked.
func (w *waiting) left(i int, free []int64) {
	slot := w.from[i]
	if slot < 0 {
		return
	}
	w.from[i], w.awake[slot] = -1, false
	if slot > 0 && free[slot-1] > 0 {
		w.wake(slot)
	}
}

// settle puts back the jobs that were checked without success.
func (w *waiting) settle() {
	for slot, list := range w.aside {
		for _, i := range list {
			w.slots[slot].Push(i)
		}
		w.aside[slot] = list[:0]
	}
}

// blocked says what prevents a ready job from starting: 1 + a resource, 0 for a
// job that it must not overlap, -1 for nothing.
func (s *scheduler) blocked(i int, free []int64, active []bool) int {
	for _, u := range s.jobs[i].Uses {
		if free[u.Resource] < u.Amount {
			return u.Resource + 1
		}
	}
	for _, j := range s.jobs[i].Conflicts {
		if active[j] {
			return 0
		}
	}
	return -1
}

// slack is how late each job alone may end without moving the makespan or any
// job behind it.
func (s *scheduler) slack(start []int64, span int64) []int64 {
	n := len(s.jobs)
	late := make([]int64, n) // latest end
	byStart := make([]int, n)
	for i := range byStart {
		byStart[i] = i
		late[i] = span
	}
	slices.SortStableFunc(byStart, func(a, b int) int {
		switch {
		case start[a] != start[b]:
			return int(min(max(start[a]-start[b], -1), 1))
		case (s.jobs[a].Duration == 0) != (s.jobs[b].Duration == 0):
			return int(min(s.jobs[a].Duration, 1) - min(s.jobs[b].Duration, 1))
		default:
			return a - b
		}
	})
	after := s.resourceArcs(start, byStart)
	for k := n - 1; k >= 0; k-- {
		i := byStart[k]
		for _, j := range s.succs[i] {
			late[i] = min(late[i], late[j]-s.jobs[j].Duration)
		}
		for _, j := range after[i] {
			late[i] = min(late[i], late[j]-s.jobs[j].Duration)
		}
	}
	out := make([]int64, n)
	for i := range out {
		out[i] = late[i] - s.jobs[i].Duration - start[i]
	}
	return out
}

// manyChains limits the holders of a resource's units that are tracked
// separately.
const manyChains = 1000

// resourceArcs lists for each job those that would have to wait if it took
// longer: those that conflict with it and start later, and those that take over
// units of a resource from it. Which units a job takes is settled in the order
// of the starts (Policella, Cesta, Oddi and Smith, *From Precedence Constraint
// Posting to Partial Order Schedules*, 2007): as long as these arcs are kept,
// every resource suffices.
func (s *scheduler) resourceArcs(start []int64, byStart []int) [][]int {
	after := make([][]int, len(s.jobs))
	type held struct {
		by    int // the job that held the units last; -1: none
		units int64
	}
	chains := make([][]held, len(s.cap))
	for r, c := range s.cap {
		chains[r] = []held{{-1, c}}
	}
	end := func(i int) int64 {
		if i < 0 {
			return 0
		}
		return start[i] + s.jobs[i].Duration
	}
	for _, i := range byStart {
		for _, u := range s.jobs[i].Uses {
			left := u.Amount
			free := chains[u.Resource]
			// The units released last are taken first: fewer jobs then wait for others.
			slices.SortStableFunc(free, func(a, b held) int {
				return cmp.Or(cmp.Compare(end(b.by), end(a.by)), cmp.Compare(a.by, b.by))
			})
			for len(free) > manyChains { // the slack of merged chains is an estimate
				free[len(free)-2].units += free[len(free)-1].units
				free = free[:len(free)-1]
			}
			var rest []held
			for _, h := range free {
				if left > 0 && end(h.by) <= start[i] {
					take := min(left, h.units)
					left -= take
					if h.by >= 0 {
						after[h.by] = append(after[h.by], i)
					}
					if h.units -= take; h.units == 0 {
						continue
					}
				}
				rest = append(rest, h)
			}
			if u.Amount > left {
				rest = append(rest, held{i, u.Amount - left})
			}
			chains[u.Resource] = rest
		}
		for _, j := range s.jobs[i].Conflicts {
			// Of two jobs that start at once, one without duration goes first.
			if start[j] > start[i] || start[j] == start[i] && s.jobs[i].Duration == 0 && (s.jobs[j].Duration > 0 || i < j) {
				after[i] = append(after[i], j)
			}
		}
	}
	return after
}
