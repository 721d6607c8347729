package planning

import (
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func (d *decoder) resourceSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "resource",
		Doc:    "Something that running actions share, such as the only lock of a package manager. The schedule and deploy.sh never exceed its capacity.",
		Labels: lang.Name1("The name in `uses`."),
		Attrs: []lang.Attr{
			{Name: "capacity", Type: lang.Int, Default: "1", Doc: "The capacity, a whole number."},
		},
		Declare: func(b *lang.Block) any { return &manifest.Resource{Origin: b.Origin(), Name: b.Name} },
		Decode: func(b *lang.Block) {
			r := b.Ref.(*manifest.Resource)
			p := b.Evaluation()
			r.Capacity = int64(b.Int("capacity"))
			if r.Capacity < 0 {
				p.Errorf(ruleCapacity, b.AttrRange("capacity"), "A capacity must be a whole number, 0 or more.")
				r.Capacity = 0
			}
			if b.Failed("capacity") {
				r.Capacity = 1 << 62 // a capacity in error has no consequences
			}
			p.Manifest.Resources = append(p.Manifest.Resources, r)
		},
	}
}

// checkUses reports amounts that exceed the capacity.
func (d *decoder) checkUses(p *lang.Evaluation) {
	for _, u := range d.uses {
		if u.Amount > u.Resource.Capacity {
			p.Errorf(ruleUses, u.Range, "The action uses %d of %q, but its capacity is only %d (%s).", u.Amount, u.Resource.Name, u.Resource.Capacity, lang.Place(u.Resource.Range))
		}
	}
}

func (d *decoder) parallelSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "parallel",
		Doc:    "Asserts that actions can run in parallel. An assertion that the conditions and effects contradict is an error, so the block checks the manifest against a plan that you have in mind.",
		Labels: lang.Name1("The name of the assertion, for messages."),
		NoRef:  true,
		Attrs: []lang.Attr{
			{Name: "actions", Type: lang.RefsTo("action"), Required: true, Doc: "The actions: at least two."},
		},
		Declare: func(b *lang.Block) any { return &manifest.Parallel{Origin: b.Origin(), Name: b.Name} },
		Decode: func(b *lang.Block) {
			x := b.Ref.(*manifest.Parallel)
			p := b.Evaluation()
			x.Actions = actionRefs(lang.Refs[*manifest.Action](b, "actions"))
			if len(x.Actions) < 2 && b.Given("actions") && !b.Failed("actions") {
				p.Errorf(ruleParallel, b.AttrRange("actions"), "The list contains %s. Name at least two different actions.", map[bool]string{true: "no action", false: "only one action"}[len(x.Actions) == 0])
			}
			p.Manifest.Parallels = append(p.Manifest.Parallels, x)
		},
	}
}
