package planning

import (
	"math/big"
	"sort"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/planexpr"
	"github.com/omegagen/omegagen/hcl/internal/tool"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

var (
	effectsType = lang.AttrType{Name: "object of planning expressions", Raw: true}
	usesType    = lang.AttrType{Name: "map of whole numbers"}
)

func (d *decoder) actionSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "action",
		Doc: "A step of the deployment: what must hold before it, what it changes, what it costs, and the script that does it. " +
			"The planner chooses which actions to take and in which order; an action is taken as often as the best plan needs it.",
		Labels:  lang.Name1("The name of the action, also in the plan and in deploy.sh."),
		ForEach: true,
		Attrs:   append(actionPlanAttrs(), actionRunAttrs()...),
		Blocks: []*lang.BlockSpec{{
			Type:   "measure",
			Doc:    "Says that the effect on a number is read from the output of the body and compared with what the plan assumes.",
			Labels: []lang.Label{{Name: "state", Syntax: lang.Ident, Doc: "The state of type number that the action has an effect on."}},
			Attrs: []lang.Attr{
				{Name: "from", Type: lang.String, Default: `"output"`, Values: []string{"output"}, Doc: "Where the value stands: the last line of the output that is a number."},
			},
		}},
		Declare: func(b *lang.Block) any {
			b.ExportRef("done", "fact", manifest.Fact{Kind: manifest.ActionDone, Name: b.Name})
			return &manifest.Action{Origin: b.Origin(), Name: b.Name}
		},
		Decode: d.decodeAction,
	}
}

// actionPlanAttrs are what the planner reads.
func actionPlanAttrs() []lang.Attr {
	return []lang.Attr{
		{Name: "title", Type: lang.String, Doc: "The title in the plan and in messages. It is the name of the action unless said."},
		{Name: "description", Type: lang.String, Doc: "What the action does, for the reader of the plan."},
		{Name: "milestone", Type: lang.RefTo("milestone"), Doc: "The milestone that the action belongs to."},
		{Name: "category", Type: lang.String, Doc: "A word to group actions by in the plan's figures."},
		{Name: "precondition", Type: lang.Planning, Doc: "What must hold from the action's start to its end. Without it the action can always be taken."},
		{Name: "depends_on", Type: lang.RefsTo("action"), Doc: "Actions that must be done before. action.x here means the same as action.x.done in the precondition; an action with for_each means all its instances."},
		{Name: "effects", Type: effectsType, Doc: "The new values of states, over the values before the action: a value, an expression, null (unknown again) or a bound."},
		{Name: "achieves", Type: lang.RefsTo("fact"), Doc: "Facts that become true, such as image.web.ready. The action then takes the place of the one that would have been made for the fact; several such actions are alternatives."},
		{Name: "destroys", Type: lang.RefsTo("fact"), Doc: "Facts that become false."},
		{Name: "cost", Type: lang.Number, Default: "1", Doc: "What the action costs: an exact decimal, not negative. The best plan is the one with the least sum."},
		{Name: "cost_note", Type: lang.String, Doc: "A remark on the cost."},
		{Name: "duration", Type: lang.Duration, Doc: "An estimate for the schedule, such as \"8m\". It is 0 unless said."},
		{Name: "duration_note", Type: lang.String, Doc: "A remark on the duration."},
		{Name: "priority", Type: lang.String, Default: `"medium"`, Values: manifest.Words(manifest.Critical, manifest.High, manifest.Medium, manifest.Low), Doc: "Which of several actions that are ready goes first. It never changes which plan is chosen."},
		{Name: "priority_note", Type: lang.String, Doc: "A remark on the priority."},
		{Name: "uses", Type: usesType, Doc: "How much the action takes of each resource while it runs: { docker_build = 1 }."},
	}
}

// actionRunAttrs are what deploy.sh does.
func actionRunAttrs() []lang.Attr {
	return []lang.Attr{
		{Name: "run", Type: lang.Text, Doc: "The script that does the action. It may hold secrets, which stand in it as \"$NAME\". Without it the action only changes states."},
		{Name: "validate", Type: lang.Text, Doc: "A script that exits with 0 if and only if the action has had its effect. It is run after the body."},
		{Name: "rollback", Type: lang.Text, Doc: "A script that undoes the action."},
		{Name: "shell", Type: lang.String, Default: `"sh"`, Values: []string{"sh", "bash"}, Doc: "What the scripts are run with."},
		{Name: "workdir", Type: lang.String, Doc: "The folder that the scripts run in, relative to the kit's folder, which it is unless said."},
		{Name: "env", Type: lang.TextMap, Doc: "Environment variables of the scripts."},
		{Name: "tools", Type: lang.Strings, Doc: "Programs that the scripts need on the host, with or without a demand on the version: [\"docker >= 24\", \"jq\"]. All are looked for before anything runs."},
		{Name: "retries", Type: lang.Int, Default: "0", Doc: "How often a failed body is tried again."},
		{Name: "backoff", Type: lang.Duration, Doc: "How long to wait before the first further try, 5s unless said. The wait doubles with each one."},
		{Name: "timeout", Type: lang.Duration, Doc: "How long the body may run. Without it there is no limit."},
		{Name: "optional", Type: lang.Bool, Default: "false", Doc: "Whether a failure only skips what depends on this action."},
		{Name: "skip_when_valid", Type: lang.Bool, Default: "false", Doc: "Whether the body is skipped when `validate` passes beforehand."},
		{Name: "on_failure", Type: lang.String, Default: `"stop"`, Values: manifest.Words(manifest.Stop, manifest.Continue, manifest.Rollback), Doc: "What happens to the rest when the action fails: only what is running finishes (stop), independent branches go on (continue), or what has been done is undone in reverse order (rollback)."},
		{Name: "fallback", Type: lang.String, Default: `"ask"`, Values: manifest.Words(manifest.AskFirst, manifest.Automatic, manifest.NeverTake), Doc: "Whether another way to the goal is taken when the action fails and the planner knows one."},
	}
}

func (d *decoder) decodeAction(b *lang.Block) {
	a := b.Ref.(*manifest.Action)
	p := b.Program()
	p.Manifest.Actions = append(p.Manifest.Actions, a)
	a.Title, a.Description, a.Category = b.String("title"), b.String("description"), b.String("category")
	if a.Title == "" {
		a.Title = a.Name
	}
	if m, ok := lang.Ref[*manifest.Milestone](b, "milestone"); ok {
		a.Milestone = m.Value
	}
	a.Precondition = condition(b, "precondition")
	a.DependsOn = actionRefs(lang.Refs[*manifest.Action](b, "depends_on"))
	if e := b.Expr("effects"); e != nil {
		effects, diags := planexpr.Effects(envOf(b), e)
		p.Report(diags...)
		a.Effects = effects
	}
	decodeFacts(b, a)
	decodeCost(b, a)
	a.Priority, a.PriorityNote = manifest.Priority(b.String("priority")), b.String("priority_note")
	a.Uses = d.decodeUses(b)
	decodeBody(b, a)
	decodeMeasures(b, a)
}

// actionRefs is a list without duplicates, sorted by name.
func actionRefs(found []lang.Found[*manifest.Action]) []*manifest.ActionRef {
	var out []*manifest.ActionRef
	seen := map[*manifest.Action]bool{}
	for _, f := range found {
		if !seen[f.Value] {
			seen[f.Value] = true
			out = append(out, &manifest.ActionRef{Action: f.Value, Range: f.Range})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Action.Name < out[j].Action.Name })
	return out
}

func decodeFacts(b *lang.Block, a *manifest.Action) {
	p := b.Program()
	read := func(name string) (out []manifest.FactRef) {
		seen := map[manifest.Fact]bool{}
		for _, f := range lang.Refs[manifest.Fact](b, name) {
			switch {
			case f.Value.Kind == manifest.ActionDone:
				p.Errorf(ruleFixedFact, f.Range, "%s becomes true when that action is done and stays so; no other action sets it.", f.Value)
			case !seen[f.Value]:
				seen[f.Value] = true
				out = append(out, manifest.FactRef{Fact: f.Value, Range: f.Range})
			}
		}
		sort.SliceStable(out, func(i, j int) bool { return out[i].String() < out[j].String() })
		return out
	}
	a.Achieves, a.Destroys = read("achieves"), read("destroys")
	for _, x := range a.Achieves {
		for _, y := range a.Destroys {
			if x.Fact == y.Fact {
				p.Errorf(ruleAchieveDestroy, y.Range, "%s is in `achieves` too (%s). After the action it is true or false, not both.", y.Fact, lang.Place(x.Range))
			}
		}
	}
}

func decodeCost(b *lang.Block, a *manifest.Action) {
	a.Cost = b.Number("cost")
	if a.Cost == nil {
		a.Cost = new(big.Rat).SetInt64(1)
	}
	if a.Cost.Sign() < 0 {
		b.Program().Errorf(ruleCost, b.AttrRange("cost"), "A cost of %s would make every plan better by taking the action once more. Costs are 0 or more.", text.Number(a.Cost))
		a.Cost = new(big.Rat)
	}
	a.CostNote, a.Duration, a.DurationNote = b.String("cost_note"), b.Duration("duration"), b.String("duration_note")
}

// decodeUses reads `uses`: amounts by the label of a resource.
func (d *decoder) decodeUses(b *lang.Block) []manifest.Use {
	p := b.Program()
	v, ok := b.Value("uses", cty.Map(cty.Number))
	if !ok || v.IsNull() {
		return nil
	}
	places := keyPlaces(b, "uses")
	var out []manifest.Use
	for it := v.ElementIterator(); it.Next(); {
		k, amount := it.Element()
		at := places(k.AsString())
		o := p.Lookup("resource", k.AsString(), at)
		if amount.IsNull() {
			continue
		}
		n, whole := wholeNumber(amount)
		if !whole || n < 0 {
			p.Errorf(ruleCapacity, at, "How much an action takes of %q is a whole number, 0 or more.", k.AsString())
			continue
		}
		if o == nil || n == 0 {
			continue
		}
		if r, ok := o.Ref.(*manifest.Resource); ok {
			out = append(out, manifest.Use{Resource: r, Amount: n, Range: at})
		}
	}
	d.uses = append(d.uses, out...)
	return out // maps are iterated by key
}

func decodeBody(b *lang.Block, a *manifest.Action) {
	p := b.Program()
	a.Run, a.Validate, a.Rollback = b.Text("run"), b.Text("validate"), b.Text("rollback")
	a.Shell, a.Workdir = b.String("shell"), b.String("workdir")
	a.Env = b.TextMap("env")
	for _, e := range a.Env {
		if lang.ShellOwns(e.Name) {
			p.Errorf(ruleEnvName, e.Range, "%s is a variable of the shell's own: the scripts would not see this value. Choose another name.", e.Name)
		}
		if !envName(e.Name) {
			p.Errorf(ruleEnvName, e.Range, "%q can't be the name of an environment variable. Use letters, digits and underscores, with no digit at the front.", e.Name)
		}
	}
	for _, it := range b.Items("tools") {
		t, err := tool.Parse(it.Value)
		if err != nil {
			p.Errorf(ruleTool, it.Range, "%s", err)
			continue
		}
		t.Range = it.Range
		a.Tools = append(a.Tools, t)
	}
	a.Retries, a.Backoff, a.Timeout = b.Int("retries"), b.Duration("backoff"), b.Duration("timeout")
	if a.Retries < 0 {
		p.Errorf(ruleAttempts, b.AttrRange("retries"), "`retries` counts the tries after the first one, so it is 0 or more.")
	}
	if a.Retries == 0 && a.Backoff > 0 && !b.Failed("retries") {
		p.Errorf(ruleAttempts, b.AttrRange("backoff"), "`backoff` is the wait between tries, but `retries` is 0: there is only one.")
	}
	a.Optional, a.SkipWhenValid = b.Bool("optional"), b.Bool("skip_when_valid")
	a.OnFailure, a.Fallback = manifest.OnFailure(b.String("on_failure")), manifest.FallbackPolicy(b.String("fallback"))
	needs := func(attr, script string, t manifest.Text) {
		if b.Has(attr) && len(t) == 0 && !b.Failed(script) && !b.Given(script) {
			p.Errorf(ruleNoScript, b.NameRange(attr), "`%s` needs `%s`, which this action doesn't have.", attr, script)
		}
	}
	if a.SkipWhenValid {
		needs("skip_when_valid", "validate", a.Validate)
	}
	if a.Retries > 0 {
		needs("retries", "run", a.Run)
	}
	if a.Timeout > 0 {
		needs("timeout", "run", a.Run)
	}
}

func envName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || i > 0 && '0' <= c && c <= '9') {
			return false
		}
	}
	return s != ""
}

func decodeMeasures(b *lang.Block, a *manifest.Action) {
	p := b.Program()
	for _, mb := range b.Blocks("measure") {
		m := manifest.Measure{From: mb.String("from"), Range: mb.Range}
		o := p.Lookup("state", mb.Labels[0], mb.LabelRange())
		if o == nil {
			continue
		}
		m.State, _ = o.Ref.(*manifest.State)
		if m.State == nil || m.State.Type == 0 {
			continue
		}
		if checkMeasure(b, mb, a, m.State) {
			a.Measures = append(a.Measures, m)
		}
	}
	sort.Slice(a.Measures, func(i, j int) bool { return a.Measures[i].State.Name < a.Measures[j].State.Name })
}

func checkMeasure(b, mb *lang.Block, a *manifest.Action, s *manifest.State) bool {
	report := func(r *diag.Rule, format string, args ...any) bool {
		b.Program().Errorf(r, mb.LabelRange(), format, args...)
		return false
	}
	if s.Type != manifest.Number {
		return report(ruleMeasure, "A measure is a number, but the state %q is a %s.", s.Name, s.Type)
	}
	if !b.Given("run") {
		return report(ruleMeasure, "There is no `run` whose output could hold the value of %q.", s.Name)
	}
	for _, e := range a.Effects {
		if e.State != s {
			continue
		}
		v := e.Value
		if v.Op == manifest.OpBound {
			v = v.Args[0]
		}
		if v.Op != manifest.OpConst || v.Value == nil {
			return report(ruleMeasure, "What is measured is compared with the effect on %q, which is no fixed number or bound (%s). Write one there, such as below(500).", s.Name, lang.Place(e.Value.Range))
		}
		return true
	}
	if planexpr.Mentions(b.Expr("effects"), s.Name) {
		return false // the effect is there, and in error
	}
	return report(ruleMeasure, "The action has no effect on %q. Add it to `effects`, for example %s = below(500): what is measured is compared with that.", s.Name, s.Name)
}
