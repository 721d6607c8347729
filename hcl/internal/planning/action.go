package planning

import (
	"math/big"
	"path"
	"sort"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/internal/paths"
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
		Type:   "action",
		Habits: map[string]string{"needs": "Write depends_on = […] for actions, or precondition = … for a condition.", "requires": "Write depends_on = […] for actions, or precondition = … for a condition.", "script": "Write run = \"…\".", "command": "Write run = \"…\".", "retry": "Write retries = ….", "undo": "Write rollback = \"…\".", "sets": "Write effects = { STATE = VALUE }."},
		Doc: "A step of the deployment: its precondition, its effects, its cost, and the script that carries it out. " +
			"The planner decides which actions to take and in which order; an action can be taken as often as the best plan requires.",
		Labels:  lang.Name1("The name of the action, also in the plan and in deploy.sh."),
		ForEach: true,
		Attrs:   append(actionPlanAttrs(), actionRunAttrs()...),
		Blocks: []*lang.BlockSpec{{
			Type:   "measure",
			Doc:    "Declares that the new value of a number is read from the script's output and compared with the effect that the plan assumes.",
			Labels: []lang.Label{{Name: "state", Syntax: lang.Ident, Doc: "A state of type number on which the action has an effect."}},
			Attrs: []lang.Attr{
				{Name: "from", Type: lang.String, Default: `"output"`, Values: []string{"output"}, Doc: "Where to find the value: the last line of the output that is a number."},
			},
		}},
		Declare: func(b *lang.Block) any {
			b.ExportRef("done", "fact", manifest.Fact{Kind: manifest.ActionDone, Name: b.Name})
			return &manifest.Action{Origin: b.Origin(), Name: b.Name}
		},
		Decode: d.decodeAction,
	}
}

// actionPlanAttrs are the arguments that the planner reads.
func actionPlanAttrs() []lang.Attr {
	return []lang.Attr{
		{Name: "title", Type: lang.String, Doc: "The title in the plan and in messages. Default: the name of the action."},
		{Name: "description", Type: lang.String, Doc: "A description of the action, for the plan."},
		{Name: "milestone", Type: lang.RefTo("milestone"), Doc: "The milestone to which the action belongs."},
		{Name: "category", Type: lang.String, Doc: "A category for the plan's statistics."},
		{Name: "precondition", Type: lang.Planning, Doc: "The condition that must hold from the start of the action to its end. Default: the action is always applicable."},
		{Name: "depends_on", Type: lang.RefsTo("action"), Doc: "Actions that must be done before. action.x here means the same as action.x.done in the precondition; an action with for_each means all its instances."},
		{Name: "effects", Type: effectsType, Doc: "The new values of states, computed from the values before the action: a value, an expression, null (unknown again) or a bound."},
		{Name: "achieves", Type: lang.RefsTo("fact"), Doc: "Facts that become true, such as image.web.ready. The action then replaces the action that would have been generated for the fact; several such actions are alternatives."},
		{Name: "destroys", Type: lang.RefsTo("fact"), Doc: "Facts that become false."},
		{Name: "cost", Type: lang.Number, Default: "1", Doc: "The cost of the action, an exact decimal that isn't negative. The best plan has the lowest total cost."},
		{Name: "cost_note", Type: lang.String, Doc: "A remark on the cost."},
		{Name: "duration", Type: lang.Duration, Doc: "The estimated duration, for the schedule, such as \"8m\". Default: 0."},
		{Name: "duration_note", Type: lang.String, Doc: "A remark on the duration."},
		{Name: "priority", Type: lang.String, Default: `"medium"`, Values: manifest.Words(manifest.Critical, manifest.High, manifest.Medium, manifest.Low), Doc: "Which of several ready actions starts first. It never changes which plan is chosen."},
		{Name: "priority_note", Type: lang.String, Doc: "A remark on the priority."},
		{Name: "uses", Type: usesType, Doc: "The amount of each resource that the action uses while it runs: { docker_build = 1 }."},
		lang.TargetsAttr,
	}
}

// actionRunAttrs are the arguments that deploy.sh uses.
func actionRunAttrs() []lang.Attr {
	return []lang.Attr{
		{Name: "run", Type: lang.Text, Doc: "The script that carries out the action. Secrets in it are available as \"$NAME\". An action without it only changes states."},
		{Name: "validate", Type: lang.Text, Doc: "A script that exits with 0 if and only if the action has had its effect. It runs after `run`."},
		{Name: "rollback", Type: lang.Text, Doc: "A script that undoes the action."},
		{Name: "shell", Type: lang.String, Default: `"sh"`, Values: []string{"sh", "bash"}, Doc: "The shell that runs the scripts."},
		{Name: "workdir", Type: lang.String, Doc: "The folder in which the scripts run, relative to the kit's folder. Default: the kit's folder."},
		{Name: "env", Type: lang.TextMap, Doc: "Environment variables for the scripts."},
		{Name: "tools", Type: lang.Strings, Doc: "Programs that the scripts require on the host, optionally with a version constraint: [\"docker >= 24\", \"jq\"]. deploy.sh checks all of them before it runs anything."},
		{Name: "retries", Type: lang.Int, Default: "0", Doc: "How often to retry after a failure of `run`."},
		{Name: "backoff", Type: lang.Duration, Doc: "The wait before the first retry. Default: 5s. It doubles with each retry."},
		{Name: "timeout", Type: lang.Duration, Doc: "The maximum duration of `run`. Default: no limit."},
		{Name: "optional", Type: lang.Bool, Default: "false", Doc: "Whether a failure skips only what depends on this action."},
		{Name: "skip_when_valid", Type: lang.Bool, Default: "false", Doc: "Whether `run` is skipped if `validate` already succeeds."},
		{Name: "on_failure", Type: lang.String, Default: `"stop"`, Values: manifest.Words(manifest.Stop, manifest.Continue, manifest.Rollback), Doc: "What happens to the rest of the plan when the action fails: only running actions finish (stop), independent branches continue (continue), or what the run did is taken back (rollback): the rollbacks of the actions that it was the first to do run in reverse order, and if it redid a generated step, the last release is deployed again."},
		{Name: "rerun", Type: lang.String, Default: `"changed"`, Values: manifest.Words(manifest.RerunChanged, manifest.RerunAlways, manifest.RerunNever), Doc: "When a later run does a completed action again, apart from a failed validation: when its inputs or the results that it needs have changed (changed); also when an action that it needs ran again with the same result (always); or not at all (never)."},
		{Name: "inputs", Type: lang.Strings, Doc: "Files and folders that the action reads, relative to the manifest's folder: when one of them changes, the action runs again. Default for an action that achieves image.x.ready: the files that the image's build reads."},
		{Name: "made_by", Type: lang.RefTo("action"), Doc: "The action that makes the inputs, which may be missing until then. This one depends on it."},
		{Name: "disrupts", Type: lang.RefsTo("service"), Doc: "Services that may be unavailable while the action runs. Plans and dry runs show them."},
		{Name: "fallback", Type: lang.String, Default: `"ask"`, Values: manifest.Words(manifest.AskFirst, manifest.Automatic, manifest.NeverTake), Doc: "Whether deploy.sh switches to a fallback plan when the action fails and the planner has found one."},
	}
}

func (d *decoder) decodeAction(b *lang.Block) {
	a := b.Ref.(*manifest.Action)
	p := b.Evaluation()
	p.Manifest.Actions = append(p.Manifest.Actions, a)
	a.Title, a.Description, a.Category = b.String("title"), b.String("description"), b.String("category")
	if a.Title == "" {
		a.Title = a.Name
	}
	if m, ok := lang.Ref[*manifest.Milestone](b, "milestone"); ok {
		a.Milestone = m.Value
	}
	a.Precondition = condition(b, "precondition")
	needs := lang.Refs[*manifest.Action](b, "depends_on")
	if f, ok := lang.Ref[*manifest.Action](b, "made_by"); ok {
		needs = append(needs, f)
	}
	a.DependsOn = actionRefs(needs)
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
	p := b.Evaluation()
	read := func(name string) (out []manifest.FactRef) {
		seen := map[manifest.Fact]bool{}
		for _, f := range lang.Refs[manifest.Fact](b, name) {
			switch {
			case f.Value.Kind == manifest.ActionDone:
				p.Errorf(ruleFixedFact, f.Range, "%s becomes true when that action is done and stays true; no other action can set it.", f.Value)
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
				p.Errorf(ruleAchieveDestroy, y.Range, "%s is also in `achieves` (%s). After the action it is either true or false. Remove one of the two.", y.Fact, lang.Place(x.Range))
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
		b.Evaluation().Errorf(ruleCost, b.AttrRange("cost"), "The cost %s is negative. Costs must be 0 or more, because taking an action with a negative cost once more would improve every plan.", text.Number(a.Cost))
		a.Cost = new(big.Rat)
	}
	a.CostNote, a.Duration, a.DurationNote = b.String("cost_note"), b.Duration("duration"), b.String("duration_note")
}

// decodeUses reads `uses`: amounts by the label of a resource.
func (d *decoder) decodeUses(b *lang.Block) []manifest.Use {
	p := b.Evaluation()
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
			p.Errorf(ruleCapacity, at, "The amount of %q that an action uses must be a whole number, 0 or more.", k.AsString())
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
	p := b.Evaluation()
	a.Run, a.Validate, a.Rollback = b.Script("run"), b.Script("validate"), b.Script("rollback")
	a.At = b.RangesOf("run", "validate", "rollback", "targets")
	a.Shell, a.Workdir = b.String("shell"), b.String("workdir")
	a.Env = b.TextMap("env")
	for _, e := range a.Env {
		if lang.ShellOwns(e.Name) {
			p.Errorf(ruleEnvName, e.Range, "%s is reserved by the shell, so the scripts would not see this value. Choose another name.", e.Name)
		}
		if !envName(e.Name) {
			p.Errorf(ruleEnvName, e.Range, "%q is not a valid environment variable name. Use letters, digits and underscores, and don't start with a digit.", e.Name)
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
		p.Errorf(ruleAttempts, b.AttrRange("retries"), "`retries` is the number of attempts after the first one, so it must be 0 or more.")
	}
	if a.Retries == 0 && a.Backoff > 0 && !b.Failed("retries") {
		p.Errorf(ruleAttempts, b.AttrRange("backoff"), "`backoff` is the wait between attempts, but `retries` is 0, so there is only one attempt.")
	}
	a.Optional, a.SkipWhenValid = b.Bool("optional"), b.Bool("skip_when_valid")
	a.OnFailure, a.Fallback = manifest.OnFailure(b.String("on_failure")), manifest.FallbackPolicy(b.String("fallback"))
	a.Rerun = manifest.Rerun(b.String("rerun"))
	decodeInputs(b, a)
	needs := func(attr, script string, t manifest.Text) {
		if b.Has(attr) && len(t) == 0 && !b.Failed(script) && !b.Given(script) {
			p.Errorf(ruleNoScript, b.NameRange(attr), "`%s` requires `%s`, which this action doesn't have.", attr, script)
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

// decodeInputs reads what the action reads and disrupts besides its scripts.
func decodeInputs(b *lang.Block, a *manifest.Action) {
	seen := map[string]bool{}
	for _, it := range b.Items("inputs") {
		name := path.Clean(it.Value)
		switch {
		case it.Value == "" || strings.ContainsAny(it.Value, "\n\r\x00"):
			b.Evaluation().Errorf(ruleInput, it.Range, "%q is not the path of a file or folder. Write a path relative to the manifest's folder.", it.Value)
		case seen[name]:
			b.Evaluation().Errorf(ruleInput, it.Range, "%q is in the list already. Remove one of them.", name)
		default:
			file := paths.Resolve(b, paths.Use{Argument: "inputs", Use: manifest.InputPath, Path: it.Value, Range: it.Range, Made: b.Given("made_by")})
			a.Inputs = append(a.Inputs, manifest.Path{Path: path.Clean(file), Range: it.Range})
		}
		seen[name] = true
	}
	sort.SliceStable(a.Inputs, func(i, j int) bool { return a.Inputs[i].Path < a.Inputs[j].Path })
	of := map[*manifest.Service]bool{}
	for _, f := range lang.Refs[*manifest.Service](b, "disrupts") {
		if !of[f.Value] {
			of[f.Value] = true
			a.Disrupts = append(a.Disrupts, f.Value)
		}
	}
	sort.SliceStable(a.Disrupts, func(i, j int) bool { return a.Disrupts[i].Name < a.Disrupts[j].Name })
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
	p := b.Evaluation()
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
		b.Evaluation().Errorf(r, mb.LabelRange(), format, args...)
		return false
	}
	if s.Type != manifest.Number {
		return report(ruleMeasure, "Only a number can be measured, but the state %q is a %s.", s.Name, s.Type)
	}
	if !b.Given("run") {
		return report(ruleMeasure, "The action has no `run` script whose output could contain the value of %q.", s.Name)
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
			return report(ruleMeasure, "The measured value is compared with the effect on %q, which is not a constant number or bound (%s). Write one there, such as below(500).", s.Name, lang.Place(e.Value.Range))
		}
		return true
	}
	if planexpr.Mentions(b.Expr("effects"), s.Name) {
		return false // the effect is there, and in error
	}
	return report(ruleMeasure, "The action has no effect on %q to compare the measured value with. Add one to `effects`, for example %s = below(500).", s.Name, s.Name)
}
