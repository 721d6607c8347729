package schedule

import "slices"

// lowerBound is a lower bound of the makespan: the longest chain, and for each
// resource its work between heads and tails.
func (s *scheduler) lowerBound() int64 {
	best := int64(0)
	for i := range s.jobs {
		best = max(best, s.head[i]+s.tail[i])
	}
	for r, c := range s.cap {
		best = max(best, s.energy(r, c), s.preemptive(r, c))
	}
	return best
}

// energy bounds by a resource's total work: the least head, the work divided by
// the capacity, the least tail, for each threshold of the head.
func (s *scheduler) energy(r int, c int64) int64 {
	type user struct{ head, work, rest int64 }
	var users []user
	for i := range s.jobs {
		for _, u := range s.jobs[i].Uses {
			if u.Resource == r && u.Amount > 0 {
				d := s.jobs[i].Duration
				users = append(users, user{s.head[i], d * u.Amount, s.tail[i] - d})
			}
		}
	}
	slices.SortStableFunc(users, func(a, b user) int { return int(min(max(b.head-a.head, -1), 1)) })
	best, work, rest := int64(0), int64(0), int64(-1)
	for _, u := range users {
		work += u.work
		if rest < 0 || u.rest < rest {
			rest = u.rest
		}
		best = max(best, u.head+(work+c-1)/c+rest)
	}
	return best
}

// preemptive is Jackson's preemptive schedule over the jobs of which no two fit
// on a resource at once: a bound for one machine with heads and tails.
func (s *scheduler) preemptive(r int, c int64) int64 {
	var list []int
	for i := range s.jobs {
		for _, u := range s.jobs[i].Uses {
			if u.Resource == r && 2*u.Amount > c && s.jobs[i].Duration > 0 {
				list = append(list, i)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b int) int { return int(min(max(s.head[a]-s.head[b], -1), 1)) })
	left := make([]int64, len(s.jobs))
	weight := make([]int64, len(s.jobs))
	q := byUrgency(s.jobs, weight)
	best, now := int64(0), int64(0)
	for k := 0; k < len(list) || q.Len() > 0; {
		if q.Len() == 0 {
			now = max(now, s.head[list[k]])
		}
		for k < len(list) && s.head[list[k]] <= now {
			i := list[k]
			left[i] = s.jobs[i].Duration
			weight[i] = s.tail[i] - s.jobs[i].Duration
			q.Push(i)
			k++
		}
		i := q.First()
		step := left[i]
		if k < len(list) {
			step = min(step, s.head[list[k]]-now)
		}
		now += step
		if left[i] -= step; left[i] == 0 {
			q.Pop()
			best = max(best, now+weight[i])
		}
	}
	return best
}

// improve searches for a shorter schedule: other list rules first, then all
// orders of the jobs, depth first, each job placed as early as it fits. The
// span is -1 if the best schedule is proved optimal.
func (s *scheduler) improve(best []int64, span, lower int64, maxNodes int) ([]int64, int64) {
	if len(s.jobs) > 400 {
		return best, span
	}
	try := func(c []int64) bool {
		if sp := s.span(c); sp < span {
			best, span = c, sp
		}
		return span == lower || s.stop != nil && s.stop()
	}
	for _, w := range s.rules() {
		if try(s.list(w)) {
			return best, span
		}
	}
	if try(s.justified(best)) {
		return best, span
	}
	// Further urgencies are near the tails, drawn from a fixed sequence.
	x := uint64(1)
	for range samples {
		w := slices.Clone(s.tail)
		for i := range w {
			x = x*6364136223846793005 + 1442695040888963407
			w[i] += w[i] / 8 * int64(x>>33%9) / 4
		}
		if try(s.list(w)) || try(s.justified(best)) {
			return best, span
		}
	}
	b := &branch{s: s, best: best, span: span, lower: lower, left: maxNodes,
		start: make([]int64, len(s.jobs)), missing: make([]int, len(s.jobs)), placed: make([]bool, len(s.jobs)), users: make([][]user, len(s.cap))}
	for i := range s.jobs {
		b.missing[i] = len(s.jobs[i].Needs)
		for _, u := range s.jobs[i].Uses {
			b.users[u.Resource] = append(b.users[u.Resource], user{i, u.Amount})
		}
	}
	b.dfs(0)
	if b.left > 0 || b.span == lower {
		return b.best, -1
	}
	return b.best, b.span
}

// samples is how many further urgencies are tried.
const samples = 40

// justified shifts all jobs as late as possible, the last one first, and then
// lists them by their new starts.
func (s *scheduler) justified(start []int64) []int64 {
	n := len(s.jobs)
	mirror := &scheduler{jobs: make([]Job, n), cap: s.cap}
	for i := range s.jobs {
		j := &mirror.jobs[n-1-i]
		*j = Job{Duration: s.jobs[i].Duration, Uses: s.jobs[i].Uses, Rank: s.jobs[i].Rank}
		for _, k := range s.succs[i] {
			j.Needs = append(j.Needs, n-1-k)
		}
		for _, k := range s.jobs[i].Conflicts {
			j.Conflicts = append(j.Conflicts, n-1-k)
		}
	}
	mirror.prepare()
	weight := make([]int64, n)
	for i := range start {
		weight[n-1-i] = start[i] + s.jobs[i].Duration
	}
	late := mirror.list(weight)
	for i := range weight {
		weight[i] = late[n-1-i] + s.jobs[i].Duration
	}
	return s.list(weight)
}

// rules are further urgencies for list scheduling.
func (s *scheduler) rules() [][]int64 {
	n := len(s.jobs)
	follow, work, late := make([]int64, n), make([]int64, n), make([]int64, n)
	for i := n - 1; i >= 0; i-- {
		for _, j := range s.succs[i] {
			follow[i] += 1 + follow[j]
			work[i] += work[j]
			if follow[i] > 1<<40 || work[i] > 1<<40 {
				follow[i], work[i] = 1<<40, 1<<40
			}
		}
		for _, u := range s.jobs[i].Uses {
			work[i] += s.jobs[i].Duration * u.Amount
		}
		late[i] = s.tail[i] - s.head[i]
	}
	return [][]int64{follow, work, late}
}

// branch is a depth-first search over the orders in which jobs are placed. It
// finds each schedule in which no job can start earlier while the others are
// fixed, in the order of its starts, and one of them is optimal.
type branch struct {
	s       *scheduler
	best    []int64
	span    int64
	lower   int64
	left    int
	start   []int64
	missing []int
	placed  []bool
	order   []int
	users   [][]user // of each resource
}

// user is what a job takes of a resource.
type user struct {
	job    int
	amount int64
}

func (b *branch) dfs(from int64) {
	if b.left <= 0 || b.span == b.lower {
		return
	}
	if b.left--; b.s.stop != nil && b.s.stop() {
		b.left = 0
		return
	}
	if len(b.order) == len(b.s.jobs) {
		if sp := b.s.span(b.start); sp < b.span {
			b.best, b.span = slices.Clone(b.start), sp
		}
		return
	}
	var choices []int
	for i := range b.s.jobs {
		if !b.placed[i] && b.missing[i] == 0 {
			choices = append(choices, i)
		}
	}
	slices.SortStableFunc(choices, func(x, y int) int { return int(min(max(b.s.tail[y]-b.s.tail[x], -1), 1)) })
	for _, i := range choices {
		t := b.earliest(i, from)
		if t+b.s.tail[i] >= b.span {
			continue
		}
		b.place(i, t)
		if b.bound(t) < b.span {
			b.dfs(t)
		}
		b.unplace(i)
	}
}

// bound is the remaining time of the unplaced jobs, starting no earlier than
// from.
func (b *branch) bound(from int64) int64 {
	worst := int64(0)
	for i := range b.s.jobs {
		if b.placed[i] {
			worst = max(worst, b.start[i]+b.s.tail[i])
		} else {
			worst = max(worst, max(from, b.s.head[i])+b.s.tail[i])
		}
	}
	return worst
}

// earliest is the earliest time, from a given time on, at which a job fits.
func (b *branch) earliest(i int, from int64) int64 {
	t := from
	for _, p := range b.s.jobs[i].Needs {
		t = max(t, b.start[p]+b.s.jobs[p].Duration)
	}
	for {
		next := b.conflict(i, t)
		if next < 0 {
			return t
		}
		t = next
	}
}

// conflict is the next end of a placed job while the job does not fit at t; -1
// if it fits. Jobs are placed by ascending start, so that usage at t only
// decreases afterwards.
func (b *branch) conflict(i int, t int64) int64 {
	next := int64(-1)
	fits := true
	for _, u := range b.s.jobs[i].Uses {
		used := u.Amount
		for _, o := range b.users[u.Resource] {
			if e := b.start[o.job] + b.s.jobs[o.job].Duration; b.placed[o.job] && b.start[o.job] <= t && e > t {
				used += o.amount
				if next < 0 || e < next {
					next = e
				}
			}
		}
		fits = fits && used <= b.s.cap[u.Resource]
	}
	for _, o := range b.s.jobs[i].Conflicts {
		if e := b.start[o] + b.s.jobs[o].Duration; b.placed[o] && e > t {
			fits = false
			if next < 0 || e < next {
				next = e
			}
		}
	}
	if fits {
		return -1
	}
	return next
}

func (b *branch) place(i int, t int64) {
	b.start[i], b.placed[i] = t, true
	b.order = append(b.order, i)
	for _, j := range b.s.succs[i] {
		b.missing[j]--
	}
}

func (b *branch) unplace(i int) {
	b.placed[i] = false
	b.order = b.order[:len(b.order)-1]
	for _, j := range b.s.succs[i] {
		b.missing[j]++
	}
}
