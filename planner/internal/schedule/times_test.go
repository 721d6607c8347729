package schedule

import (
	"cmp"
	"math/rand"
	"slices"
	"testing"
)

// randomJobs are a few jobs with needs, resources and conflicts.
func randomJobs(seed int64) (jobs []Job, capacity []int64) {
	r := rand.New(rand.NewSource(seed))
	for range r.Intn(3) {
		capacity = append(capacity, int64(1+r.Intn(3)))
	}
	for i := range 2 + r.Intn(5) {
		j := Job{Duration: int64(r.Intn(5)), Rank: r.Intn(3)}
		for k := range i {
			if r.Intn(4) == 0 {
				j.Needs = append(j.Needs, k)
			}
		}
		for c := range capacity {
			if r.Intn(2) == 0 && j.Duration > 0 {
				j.Uses = append(j.Uses, Use{c, 1 + r.Int63n(capacity[c])})
			}
		}
		jobs = append(jobs, j)
	}
	jobs[0].Needs = nil
	for i := range jobs {
		for k := range i {
			if r.Intn(5) == 0 && !slices.Contains(jobs[i].Needs, k) {
				jobs[i].Conflicts, jobs[k].Conflicts = append(jobs[i].Conflicts, k), append(jobs[k].Conflicts, i)
			}
		}
	}
	return jobs, capacity
}

// fits reports whether a job can run at a time in parallel with those already
// placed (start ≥ 0).
func fits(jobs []Job, capacity, start []int64, i int, at int64) bool {
	end := at + jobs[i].Duration
	for _, k := range jobs[i].Conflicts {
		if start[k] >= 0 && at < start[k]+jobs[k].Duration && start[k] < end {
			return false
		}
	}
	for t := at; t < max(end, at+1); t++ {
		for c := range capacity {
			used := int64(0)
			for k := range jobs {
				if k != i && (start[k] < 0 || start[k] > t || start[k]+jobs[k].Duration <= t) {
					continue
				}
				for _, u := range jobs[k].Uses {
					if u.Resource == c {
						used += u.Amount
					}
				}
			}
			if slices.ContainsFunc(jobs[i].Uses, func(u Use) bool { return u.Resource == c }) && used > capacity[c] {
				return false
			}
		}
	}
	return true
}

// leastSpan tries all orders in which the jobs can be placed, each as early as
// it fits: one of these schedules is optimal.
func leastSpan(jobs []Job, capacity []int64) int64 {
	best := int64(-1)
	start := make([]int64, len(jobs))
	for i := range start {
		start[i] = -1
	}
	var rec func(placed int, span int64)
	rec = func(placed int, span int64) {
		if placed == len(jobs) {
			if best < 0 || span < best {
				best = span
			}
			return
		}
		for i := range jobs {
			at, ready := int64(0), start[i] < 0
			for _, k := range jobs[i].Needs {
				ready = ready && start[k] >= 0
				at = max(at, start[k]+jobs[k].Duration)
			}
			if !ready {
				continue
			}
			for !fits(jobs, capacity, start, i, at) {
				at++
			}
			start[i] = at
			rec(placed+1, max(span, at+jobs[i].Duration))
			start[i] = -1
		}
	}
	rec(0, 0)
	return best
}

// TestSchedulesAreShortest compares schedules of random jobs with all orders of
// placing them.
func TestSchedulesAreShortest(t *testing.T) {
	open := 0
	for seed := range int64(3000) {
		jobs, capacity := randomJobs(seed)
		got := Schedule(jobs, capacity, nil, 3000, nil)
		s := &scheduler{jobs: jobs, cap: capacity}
		if !s.valid(got.Start) {
			t.Fatalf("seed %d: %+v breaks a constraint of %+v", seed, got, jobs)
		}
		start := make([]int64, len(jobs))
		for i := range start {
			start[i] = -1
		}
		for i, at := range got.Start { // a check that is independent of valid
			if !fits(jobs, capacity, start, i, at) {
				t.Fatalf("seed %d: job %d does not fit at %d of %v in %+v", seed, i, at, got.Start, jobs)
			}
			start[i] = at
		}
		want := leastSpan(jobs, capacity)
		switch {
		case got.Makespan < want || got.Lower > want:
			t.Fatalf("seed %d: makespan %d, at least %d; the least is %d for %+v", seed, got.Makespan, got.Lower, want, jobs)
		case got.Makespan > want && got.Lower == got.Makespan:
			t.Fatalf("seed %d: %d is called the least, but %d can be had for %+v", seed, got.Makespan, want, jobs)
		case got.Makespan > want:
			open++
		}
		for i, slack := range got.Slack {
			if slack < 0 {
				t.Fatalf("seed %d: job %d has slack %d", seed, i, slack)
			}
		}
	}
	if open > 0 {
		t.Errorf("%d schedules of a few jobs are not the shortest", open)
	}
}

// TestSlackCanBeUsed delays each job alone by its slack, while the others keep
// their positions behind it: the end does not move.
func TestSlackCanBeUsed(t *testing.T) {
	used := 0
	for seed := range int64(3000) {
		jobs, capacity := randomJobs(seed)
		got := Schedule(jobs, capacity, nil, 3000, nil)
		order := make([]int, len(jobs))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { // jobs without duration go first
			return cmp.Or(cmp.Compare(got.Start[a], got.Start[b]), cmp.Compare(min(jobs[a].Duration, 1), min(jobs[b].Duration, 1)))
		})
		for late := range jobs {
			if got.Slack[late] == 0 {
				continue
			}
			used++
			start := make([]int64, len(jobs))
			for i := range start {
				start[i] = -1
			}
			span := int64(0)
			for _, i := range order {
				at := got.Start[i]
				if i == late {
					at += got.Slack[i]
				}
				for _, k := range jobs[i].Needs {
					at = max(at, start[k]+jobs[k].Duration)
				}
				for !fits(jobs, capacity, start, i, at) {
					at++
				}
				start[i] = at
				span = max(span, at+jobs[i].Duration)
			}
			if span > got.Makespan {
				t.Fatalf("seed %d: job %d of %+v, late by %d in %v, moves the end to %d", seed, late, jobs, got.Slack[late], got.Start, span)
			}
		}
	}
	if used < 1000 {
		t.Errorf("only %d jobs have slack", used)
	}
}

// Of equally urgent jobs, the one with the smaller rank goes first, of those
// with the same rank the one with the smaller number; a longer tail is more
// urgent than any rank.
func TestRankDecidesAmongEquallyUrgentJobs(t *testing.T) {
	one := []Use{{0, 1}}
	for _, c := range []struct {
		name string
		jobs []Job
		want []int64
	}{
		{"rank", []Job{{Duration: 5, Uses: one, Rank: 2}, {Duration: 5, Uses: one}, {Duration: 5, Uses: one, Rank: 1}}, []int64{10, 0, 5}},
		{"number", []Job{{Duration: 5, Uses: one}, {Duration: 5, Uses: one}}, []int64{0, 5}},
		{"tail", []Job{{Duration: 5, Uses: one}, {Duration: 5, Uses: one, Rank: 1}, {Duration: 9, Needs: []int{1}}}, []int64{5, 0, 5}},
	} {
		got := Schedule(c.jobs, []int64{1}, nil, 1000, nil)
		if !slices.Equal(got.Start, c.want) || got.Makespan != got.Lower {
			t.Errorf("%s: starts %v, makespan %d, at least %d; want starts %v", c.name, got.Start, got.Makespan, got.Lower, c.want)
		}
	}
}
