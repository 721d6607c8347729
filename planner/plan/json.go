package plan

import (
	"bytes"
	"encoding/json"
	"math/big"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner/deployment"
)

type planJSON struct {
	FormatVersion string            `json:"format_version"`
	System        string            `json:"system"`
	Goal          string            `json:"goal"`
	Objective     string            `json:"objective"`
	Status        Status            `json:"status"`
	Cost          *exactNumber      `json:"cost"`
	LowerBound    *exactNumber      `json:"lower_bound"`
	Makespan      *exactNumber      `json:"makespan_seconds"`
	MakespanLower *exactNumber      `json:"makespan_lower_bound_seconds"`
	Steps         []stepJSON        `json:"steps"`
	Fallbacks     []fallbackJSON    `json:"fallbacks"`
	Dropped       []droppedJSON     `json:"dropped"`
	Quality       *qualityJSON      `json:"quality"`
	Unreachable   []unreachableJSON `json:"unreachable"`
	Diagnostics   []diag.JSON       `json:"diagnostics"`
	Suppressed    []diag.JSON       `json:"suppressed,omitempty"` // by ignore blocks
	Search        searchJSON        `json:"search"`
}

type stepJSON struct {
	ID        string       `json:"id"`
	Action    string       `json:"action"`
	Title     string       `json:"title"`
	Milestone *string      `json:"milestone"`
	Cost      *exactNumber `json:"cost"`
	Needs     []string     `json:"needs"`
	Start     *exactNumber `json:"start_seconds"`
	Finish    *exactNumber `json:"finish_seconds"`
	Slack     *exactNumber `json:"slack_seconds"`
	Critical  bool         `json:"critical"`
	Rollouts  []rollJSON   `json:"rollouts,omitempty"`
}

// rollJSON is how a later deployment replaces the containers that a step starts, when
// they have changed, and how long that takes if each takes as long as the step.
type rollJSON struct {
	Instances []string     `json:"instances"`
	AtOnce    int          `json:"at_once"`
	Order     string       `json:"order"`
	Pause     *exactNumber `json:"pause_seconds"`
	Seconds   *exactNumber `json:"seconds"`
}

func rollouts(a *deployment.Action) []rollJSON {
	var out []rollJSON
	for _, r := range a.Rolling {
		order := "stop_first"
		if r.StartFirst {
			order = "start_first"
		}
		out = append(out, rollJSON{r.Instances, r.AtOnce, order, seconds(r.Pause), seconds(r.Time(a.Duration))})
	}
	return out
}

// fallbackJSON is what replaces the steps after a failed one.
type fallbackJSON struct {
	Step   string             `json:"step"`
	Status Status             `json:"status"`
	Cost   *exactNumber       `json:"cost"`
	Steps  []fallbackStepJSON `json:"steps"`
}

type fallbackStepJSON struct {
	ID     string   `json:"id"`
	Action string   `json:"action"`
	Needs  []string `json:"needs"`
}

// droppedJSON is a declared action that the plan doesn't use.
type droppedJSON struct {
	Action   string `json:"action"`
	Priority string `json:"priority"`
}

type qualityJSON struct {
	Optimality        *exactNumber `json:"optimality"`
	Parallelism       *exactNumber `json:"parallelism"`
	ParallelismBound  *exactNumber `json:"parallelism_bound"`
	Validated         shareJSON    `json:"validated"`
	Undoable          shareJSON    `json:"undoable"`
	Retried           shareJSON    `json:"retried"`
	Replaceable       shareJSON    `json:"replaceable"`
	GoalsReachable    shareJSON    `json:"goals_reachable"`
	CriteriaCovered   shareJSON    `json:"criteria_covered"`
	EffectsUsed       shareJSON    `json:"effects_used"`
	PreconditionsMade shareJSON    `json:"preconditions_made"`
}

type shareJSON struct {
	Count int `json:"count"`
	Of    int `json:"of"`
}

type unreachableJSON struct {
	Fact    string     `json:"fact"`
	Range   diag.Range `json:"range"`
	Nearest []string   `json:"nearest"`
}

type searchJSON struct {
	Heuristic string  `json:"heuristic"`
	Pruning   string  `json:"pruning"`
	Expanded  int64   `json:"expanded"`
	Evaluated int64   `json:"evaluated"`
	Generated int64   `json:"generated"`
	Seconds   float64 `json:"seconds"`
	PeakBytes int64   `json:"peak_bytes"`
}

// exactNumber is a number in the format of text.Number.
type exactNumber big.Rat

func (n *exactNumber) MarshalJSON() ([]byte, error) {
	return []byte(text.Number((*big.Rat)(n))), nil
}

func rat(r *big.Rat) *exactNumber { return (*exactNumber)(r) }

func seconds(d time.Duration) *exactNumber {
	return rat(text.ExactSeconds(d))
}

func secondsPtr(d *time.Duration) *exactNumber {
	if d == nil {
		return nil
	}
	return seconds(*d)
}

func needIDs(s *Step) []string {
	ids := []string{}
	for _, n := range s.Needs {
		ids = append(ids, n.ID)
	}
	return ids
}

func quality(q *Quality) *qualityJSON {
	if q == nil {
		return nil
	}
	return &qualityJSON{rat(q.Optimality), rat(q.Parallelism), rat(q.ParallelismBound),
		shareJSON(q.Validated), shareJSON(q.Undoable), shareJSON(q.Retried), shareJSON(q.Replaceable),
		shareJSON(q.GoalsReachable), shareJSON(q.CriteriaCovered), shareJSON(q.EffectsUsed), shareJSON(q.PreconditionsMade)}
}

// JSON is the plan as `plan --json` prints it: absent numbers are null, empty
// lists [], numbers exact. sources are the manifest's files, for the snippets
// of diagnostics; nil omits these.
func JSON(p *Plan, sources map[string]*hcl.File) ([]byte, error) {
	j := planJSON{FormatVersion: "1.1", System: p.System, Objective: p.Objective, Status: p.Status,
		Cost: rat(p.Cost), LowerBound: rat(p.LowerBound), Makespan: secondsPtr(p.Makespan), MakespanLower: secondsPtr(p.MakespanLowerBound),
		Steps: []stepJSON{}, Fallbacks: []fallbackJSON{}, Dropped: []droppedJSON{}, Quality: quality(p.Quality), Unreachable: []unreachableJSON{}, Diagnostics: diag.JSONList(sources, diag.Sort(p.Diagnostics)), Suppressed: diag.SuppressedJSON(sources, p.Suppressed)}
	if p.Goal != nil {
		j.Goal = p.Goal.Name
	}
	for _, s := range p.Steps {
		e := stepJSON{ID: s.ID, Action: s.Action.ID, Title: s.Action.Title, Cost: rat(s.Action.Cost), Needs: needIDs(s),
			Start: seconds(s.Start), Finish: seconds(s.Finish), Slack: seconds(s.Slack), Critical: s.Critical, Rollouts: rollouts(s.Action)}
		if s.Action.Milestone != nil {
			e.Milestone = &s.Action.Milestone.Name
		}
		j.Steps = append(j.Steps, e)
	}
	for _, f := range p.Fallbacks {
		e := fallbackJSON{Step: f.Step.ID, Status: f.Plan.Status, Cost: rat(f.Plan.Cost), Steps: []fallbackStepJSON{}}
		for _, s := range f.Plan.Steps {
			e.Steps = append(e.Steps, fallbackStepJSON{s.ID, s.Action.ID, needIDs(s)})
		}
		j.Fallbacks = append(j.Fallbacks, e)
	}
	for _, a := range p.Dropped {
		j.Dropped = append(j.Dropped, droppedJSON{a.ID, string(a.Priority)})
	}
	for _, u := range p.Unreachable {
		e := unreachableJSON{Fact: u.Fact, Range: diag.RangeJSON(u.Range), Nearest: u.Nearest}
		if e.Nearest == nil {
			e.Nearest = []string{}
		}
		j.Unreachable = append(j.Unreachable, e)
	}
	s := p.Search
	j.Search = searchJSON{s.Heuristic, s.Pruning, s.Expanded, s.Evaluated, s.Generated, s.Seconds, s.PeakBytes}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(j); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
