package planning

import (
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func (d *decoder) resourceSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "resource",
		Doc:    "Something that actions share while they run, such as the one lock of a package manager. The schedule and deploy.sh never take more of it than there is.",
		Labels: lang.Name1("The name that `uses` has for it."),
		Attrs: []lang.Attr{
			{Name: "capacity", Type: lang.Int, Default: "1", Doc: "How much there is of it: a whole number."},
		},
		Declare: func(b *lang.Block) any { return &manifest.Resource{Origin: b.Origin(), Name: b.Name} },
		Decode: func(b *lang.Block) {
			r := b.Ref.(*manifest.Resource)
			p := b.Program()
			r.Capacity = int64(b.Int("capacity"))
			if r.Capacity < 0 {
				p.Errorf(ruleCapacity, b.AttrRange("capacity"), "A capacity is a whole number, 0 or more.")
				r.Capacity = 0
			}
			if b.Failed("capacity") {
				r.Capacity = 1 << 62 // nothing follows from a capacity in error
			}
			p.Manifest.Resources = append(p.Manifest.Resources, r)
		},
	}
}

// checkUses reports amounts that no schedule can grant.
func (d *decoder) checkUses(p *lang.Program) {
	for _, u := range d.uses {
		if u.Amount > u.Resource.Capacity {
			p.Errorf(ruleUses, u.Range, "The action takes %d of %q, but there is only %d of it (%s).", u.Amount, u.Resource.Name, u.Resource.Capacity, lang.Place(u.Resource.Range))
		}
	}
}

func (d *decoder) parallelSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "parallel",
		Doc:    "Asserts that actions may run side by side. A claim that the conditions and effects contradict is an error, so a plan that someone has in mind can be held against the manifest.",
		Labels: lang.Name1("The name of the claim, for messages."),
		NoRef:  true,
		Attrs: []lang.Attr{
			{Name: "actions", Type: lang.RefsTo("action"), Required: true, Doc: "The actions: at least two."},
		},
		Declare: func(b *lang.Block) any { return &manifest.Parallel{Origin: b.Origin(), Name: b.Name} },
		Decode: func(b *lang.Block) {
			x := b.Ref.(*manifest.Parallel)
			p := b.Program()
			x.Actions = actionRefs(lang.Refs[*manifest.Action](b, "actions"))
			if len(x.Actions) < 2 && b.Given("actions") && !b.Failed("actions") {
				p.Errorf(ruleParallel, b.AttrRange("actions"), "Here stands %s. Name at least two different actions.", map[bool]string{true: "no action", false: "only one action"}[len(x.Actions) == 0])
			}
			p.Manifest.Parallels = append(p.Manifest.Parallels, x)
		},
	}
}
