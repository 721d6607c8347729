package service

import (
	"maps"
	"math/big"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// deploy reads the parts of Compose's `deploy` that this language has arguments for: replicas, limits
// and the restart policy. The rest is passed through.
func (d *decoder) deploy(b *lang.Block, s *manifest.Service, st *stated) {
	r := &deployReader{b: b, s: s, p: b.Evaluation()}
	for i := range s.Instances {
		r.trees = append(r.trees, r.tree(i))
	}
	for i, t := range r.trees {
		if n, ok := whole(inside(t, "replicas")); ok && n != d.count(b).n && i > 0 && !d.count(b).wrong {
			r.p.Errorf(ruleReplicas, r.place("replicas"), "The number of replicas can't depend on the replica, but it is %d for one and %d for another.", d.count(b).n, n)
			break
		}
	}
	r.memory()
	r.cpus()
	r.pids(st)
	r.reservation()
	r.restart()
	r.dropReplicas()
}

// deployReader reads the deploy of one service.
type deployReader struct {
	b     *lang.Block
	s     *manifest.Service
	p     *lang.Evaluation
	trees []any // deploy of each instance, nil if it has none
}

// tree is the deploy of an instance, with that of `compose` merged last.
func (r *deployReader) tree(i int) any {
	own := r.s.Compose["deploy"]
	if x := r.s.Instances[i].Compose["deploy"]; x != nil {
		own = x
	}
	var last, t any
	if r.s.ComposeNew != nil {
		last = inside(r.s.ComposeNew.Value, "deploy")
	}
	if own != nil {
		t = own.Value
	}
	return merged(t, last)
}

// merged is one value over another: maps key by key, anything else replaced.
func merged(under, over any) any {
	u, ok := under.(map[string]any)
	o, ok2 := over.(map[string]any)
	switch {
	case over == nil:
		return under
	case !ok || !ok2:
		return over
	}
	out := maps.Clone(u)
	for k, v := range o {
		out[k] = merged(u[k], v)
	}
	return out
}

// place is the range of a part of deploy: in `compose`, or in its own argument or block.
func (r *deployReader) place(path ...string) hcl.Range {
	if r.s.ComposeNew != nil && inside(r.s.ComposeNew.Value, append([]string{"deploy"}, path...)...) != nil {
		return r.b.Part("compose", append([]string{"deploy"}, path...)...).Range
	}
	block := r.b.Block("deploy")
	if block == nil {
		return r.b.Part("deploy", path...).Range
	}
	for len(path) > 1 && block.Block(path[0]) != nil {
		block, path = block.Block(path[0]), path[1:]
	}
	return block.Part(path[0], path[1:]...).Range
}

// limit is a limit with the name under which the manifest sets it.
type limit struct {
	name string
	n    *big.Rat
	at   hcl.Range
}

// own is a limit in this language's block, or under Compose's name in the service or in `compose`.
func (r *deployReader) own(block, attr, key string, read func(b *lang.Block, attr string) *big.Rat, plain func(v any) (*big.Rat, bool)) []limit {
	var out []limit
	put := func(b *lang.Block, attr, name string) {
		if b != nil && b.Has(attr) && !b.Failed(attr) {
			if n := read(b, attr); n != nil && !b.Failed(attr) {
				out = append(out, limit{name, n, b.AttrRange(attr)})
			}
		}
	}
	put(r.b.Block(block), attr, attr+" of "+block)
	if len(out) == 0 {
		put(r.b, key, key)
	}
	if r.s.ComposeNew != nil {
		if n, ok := plain(inside(r.s.ComposeNew.Value, key)); ok {
			out = append(out, limit{key + " of compose", n, r.b.Part("compose", key).Range})
		}
	}
	return out
}

// limits are all values that the manifest sets for a limit; those that differ from the first one are
// reported. deployed is the largest one of deploy, nil if there is none.
func (r *deployReader) limits(own []limit, plain func(v any) (*big.Rat, bool), unit string, path ...string) (deployed *big.Rat) {
	all := own
	for _, t := range r.trees {
		if n, ok := plain(inside(t, path...)); ok {
			all = append(all, limit{"deploy." + path[0] + "." + path[1] + "." + path[2], n, r.place(path...)})
			if deployed == nil || n.Cmp(deployed) > 0 {
				deployed = n
			}
		}
	}
	for _, x := range all[min(len(all), 1):] {
		if len(own) > 0 && x.n.Cmp(own[0].n) != 0 {
			r.p.Errorf(ruleBothForms, x.at, "%s is %s%s here, but %s is %s%s, at %s. Keep one of the two.", x.name, text.Number(x.n), unit, own[0].name, text.Number(own[0].n), unit, lang.Place(own[0].at))
			break
		}
	}
	return deployed
}

// bytes is a size in Compose's formats.
func bytes(v any) (*big.Rat, bool) {
	switch v := v.(type) {
	case *big.Rat:
		return v, v.IsInt()
	case string:
		n, err := lang.ParseBytes(v)
		return big.NewRat(n, 1), err == nil
	}
	return nil, false
}

func (r *deployReader) memory() {
	own := r.own("resources", "memory", "mem_limit", func(b *lang.Block, attr string) *big.Rat { return big.NewRat(b.Bytes(attr), 1) }, bytes)
	n := r.limits(own, bytes, " bytes", "resources", "limits", "memory")
	at := r.place("resources", "limits", "memory")
	if n == nil && len(own) > 0 {
		n, at = own[0].n, own[0].at
	}
	if n == nil || !n.IsInt() || !n.Num().IsInt64() {
		return
	}
	r.s.Memory = n.Num().Int64()
	if r.s.Memory != 0 && r.s.Memory < leastMemory {
		r.p.Errorf(ruleResources, at, tooLittle, r.s.Memory)
	}
}

func (r *deployReader) cpus() {
	own := r.own("resources", "cpus", "cpus", func(b *lang.Block, attr string) *big.Rat { return b.Number(attr) }, number)
	n := r.limits(own, number, "", "resources", "limits", "cpus")
	switch {
	case n == nil && len(own) > 0 && own[0].n.Sign() > 0:
		r.s.CPUs = own[0].n
	case n == nil:
	case n.Sign() < 0:
		r.p.Errorf(ruleResources, r.place("resources", "limits", "cpus"), "The number of processors must be greater than 0.")
	case n.Sign() == 0:
		r.s.CPUs = nil // no limit, in Compose
	default:
		r.s.CPUs = n
	}
}

// processes is a number of processes; in Compose 0 and less mean no limit.
func processes(v any) (*big.Rat, bool) {
	n, ok := whole(v)
	return big.NewRat(int64(max(n, 0)), 1), ok
}

func (r *deployReader) pids(st *stated) {
	own := r.own("harden", "pids_limit", "pids_limit", func(b *lang.Block, attr string) *big.Rat { return big.NewRat(int64(max(b.Int(attr), 0)), 1) }, processes)
	n := r.limits(own, processes, "", "resources", "limits", "pids")
	if n != nil {
		limit := n.Num().Int64()
		st.pidsLimit = &limit
	}
}

func (r *deployReader) reservation() {
	var own []limit
	for _, x := range append([]*manifest.Passthrough{r.s.Compose["mem_reservation"]}, perInstance(r.s, "mem_reservation")...) {
		if x == nil {
			continue
		}
		if n, ok := bytes(x.Value); ok {
			own = append(own, limit{"mem_reservation", n, x.Range})
			break
		}
	}
	r.limits(own, bytes, " bytes", "resources", "reservations", "memory")
}

func perInstance(s *manifest.Service, key string) []*manifest.Passthrough {
	var out []*manifest.Passthrough
	for _, i := range s.Instances {
		out = append(out, i.Compose[key])
	}
	return out
}

// policies are the conditions of deploy.restart_policy with the policies to which Compose converts
// them. It treats an absent one as no policy, though the specification says "any".
var policies = map[string]manifest.RestartPolicy{
	"": manifest.RestartNo, "none": manifest.RestartNo, "no": manifest.RestartNo, "on-failure": manifest.RestartOnFailure,
	"unless-stopped": manifest.RestartUnlessStopped, "any": manifest.RestartAlways, "always": manifest.RestartAlways,
}

// restart is the policy of deploy, which Compose prefers to `restart`.
func (r *deployReader) restart() {
	for i, t := range r.trees {
		policy, ok := inside(t, "restart_policy").(map[string]any)
		if !ok {
			continue
		}
		condition, _ := policy["condition"].(string)
		word, known := policies[condition]
		restart := manifest.Restart{Policy: word}
		attempts, _ := whole(policy["max_attempts"])
		switch {
		case !known:
			hint := ""
			if s := r.p.Suggest(condition, []string{"none", "on-failure", "any", "unless-stopped"}); s != "" {
				hint = " Did you mean \"" + s + "\"?"
			}
			r.p.Errorf(ruleRestart, r.place("restart_policy", "condition"), "%q is not a valid restart condition; use \"none\", \"on-failure\", \"any\" or \"unless-stopped\".%s", condition, hint)
		case attempts != 0 && word != manifest.RestartOnFailure && condition != "":
			r.p.Errorf(ruleRestart, r.place("restart_policy", "max_attempts"), "The engine rejects a number of attempts with the condition %q: only \"on-failure\" supports it. Remove it, or set condition = \"on-failure\".", condition)
		case attempts > 0 && word == manifest.RestartOnFailure:
			n := int(attempts)
			restart.Attempts = &n
		}
		if r.s.Oneshot && restart.Succeeded() {
			r.p.Errorf(ruleRestart, r.place("restart_policy", "condition"), "A one-shot service that restarts whenever it ends never completes. Use \"none\" or \"on-failure\".")
		}
		if i == 0 {
			r.s.Restart = restart
		}
	}
}

// dropReplicas removes deploy.replicas from what is passed through: each instance is a service of the
// Compose file.
func (r *deployReader) dropReplicas() {
	drop := func(m map[string]*manifest.Passthrough) {
		if x := m["deploy"]; x != nil {
			if v := without(x.Value, "replicas"); v == nil {
				delete(m, "deploy")
			} else {
				m["deploy"] = &manifest.Passthrough{Origin: x.Origin, Value: v}
			}
		}
	}
	drop(r.s.Compose)
	for _, i := range r.s.Instances {
		drop(i.Compose)
	}
	if x := r.s.ComposeNew; x != nil && inside(x.Value, "deploy") != nil {
		top := maps.Clone(x.Value.(map[string]any))
		top["deploy"] = without(top["deploy"], "replicas")
		if top["deploy"] == nil {
			delete(top, "deploy")
		}
		r.s.ComposeNew = &manifest.Passthrough{Origin: x.Origin, Value: top}
	}
}

// without is a map without a key; nil if nothing else was in it.
func without(v any, key string) any {
	m, ok := v.(map[string]any)
	if _, has := m[key]; !ok || !has {
		return v
	}
	m = maps.Clone(m)
	delete(m, key)
	if len(m) == 0 {
		return nil
	}
	return m
}
