package importer

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// fold is a service with replicas in place of services that differ in a number alone.
type fold struct {
	stem    string   // the service's label
	members []string // names in the files, by number
	volumes []foldedVolume
}

// foldedVolume is a volume with for_each in place of the volumes of the members.
type foldedVolume struct {
	stem    string
	members []string
}

// numbered is a name that ends in a number.
var numbered = regexp.MustCompile(`^(.*?[^0-9])(0|[1-9][0-9]{0,3})$`)

// findFolds finds services that may be one, and names them and their volumes as the language does.
func (d *Draft) findFolds() {
	d.folds = nil
	if d.joined {
		delete(mapOf(d.s.model["networks"]), "default")
		d.joined = false
	}
	if d.s.opts.Faithful {
		return
	}
	services := mapOf(d.s.model["services"])
	groups := map[string]map[int]string{}
	for name := range services {
		if m := numbered.FindStringSubmatch(name); m != nil && d.written("services", name) {
			n, _ := strconv.Atoi(m[2]) // at most four digits
			if groups[m[1]] == nil {
				groups[m[1]] = map[int]string{}
			}
			groups[m[1]][n] = name
		}
	}
	for _, prefix := range sortedKeys(groups) {
		f := &fold{stem: identifier(strings.TrimRight(prefix, "-_."))}
		first := 1
		if groups[prefix][0] != "" {
			first = 0
		}
		for n := range len(groups[prefix]) {
			if name := groups[prefix][first+n]; name != "" {
				f.members = append(f.members, name)
			}
		}
		if len(f.members) < 2 || len(f.members) != len(groups[prefix]) || d.unfolded[f.stem] || d.taken["services "+f.stem] || d.named(f.stem) || !d.alike(f.members) || !d.foldVolumes(f) {
			continue
		}
		d.taken["services "+f.stem] = true
		d.relabel("services", f.stem, f.members)
		for _, v := range f.volumes {
			d.taken["volumes "+v.stem] = true
			d.relabel("volumes", v.stem, v.members)
		}
		d.joinDefault(f)
		d.folds = append(d.folds, f)
	}
}

// joinDefault declares the default network if members are on it that have another name than replicas: an alias is
// said of a network.
func (d *Draft) joinDefault(f *fold) {
	networks := mapOf(d.s.model["networks"])
	for _, name := range f.members {
		x := mapOf(at(d.s.model, "services", name))
		if d.labels["services "+name] == name || len(mapOf(x["networks"])) > 0 || x["network_mode"] != nil || networks["default"] != nil {
			continue
		}
		if networks == nil {
			networks = map[string]any{}
			d.s.model["networks"] = networks
		}
		networks["default"], d.joined = map[string]any{}, true
		if d.labels["networks default"] == "" {
			d.labels["networks default"] = d.unique("networks", "default")
		}
	}
}

// relabel gives members the names of instances.
func (d *Draft) relabel(kind, stem string, members []string) {
	for i, name := range members {
		d.labels[kind+" "+name] = fmt.Sprintf("%s-%d", stem, i+1)
	}
}

// named reports whether a name is that of a host: replicas would answer to it, too.
func (d *Draft) named(host string) bool {
	for name, x := range mapOf(d.s.model["services"]) {
		if name == host || str(at(x, "container_name")) == host || str(at(x, "hostname")) == host {
			return true
		}
		for _, n := range mapOf(at(x, "networks")) {
			if slices.ContainsFunc(listOf(at(n, "aliases")), func(a any) bool { return str(a) == host }) {
				return true
			}
		}
	}
	return false
}

// alike reports whether services run the same image, and nothing refers to a single one of them in a way that can't be
// said of all.
func (d *Draft) alike(members []string) bool {
	services := mapOf(d.s.model["services"])
	first := mapOf(services[members[0]])
	for _, name := range members {
		m := mapOf(services[name])
		if !reflect.DeepEqual(m["image"], first["image"]) || !reflect.DeepEqual(m["build"], first["build"]) || d.replicasOf(name) != 1 || m["scale"] != nil || at(m, "deploy", "replicas") != nil {
			return false
		}
	}
	for name, x := range services {
		for _, k := range []string{"network_mode", "ipc", "pid", "uts"} {
			if slices.Contains(members, strings.TrimPrefix(str(at(x, k)), "service:")) {
				return false
			}
		}
		for _, k := range []string{"links", "volumes_from"} {
			for _, l := range listOf(at(x, k)) {
				if to, _, _ := strings.Cut(str(l), ":"); slices.Contains(members, to) {
					return false
				}
			}
		}
		var on []any
		for _, m := range members {
			if c := at(x, "depends_on", m); c != nil {
				on = append(on, c)
			}
		}
		if len(on) > 0 && (slices.Contains(members, name) || len(on) != len(members) || slices.ContainsFunc(on, func(c any) bool { return !reflect.DeepEqual(c, on[0]) })) {
			return false
		}
	}
	return true
}

// foldVolumes finds the volumes that each member has of its own; false if they can't be one with for_each.
func (d *Draft) foldVolumes(f *fold) bool {
	mounts := func(name string) []any { return listOf(at(d.s.model, "services", name, "volumes")) }
	for i, x := range mounts(f.members[0]) {
		var sources []string
		for _, name := range f.members {
			list := mounts(name)
			if len(list) != len(mounts(f.members[0])) || str(at(list[i], "type")) != str(at(x, "type")) {
				return false
			}
			sources = append(sources, str(at(list[i], "source")))
		}
		if str(at(x, "type")) != "volume" || sources[0] == "" || !slices.ContainsFunc(sources, func(s string) bool { return s != sources[0] }) {
			continue
		}
		v := foldedVolume{members: sources}
		var start int
		for n, source := range sources {
			m := numbered.FindStringSubmatch(source)
			if m == nil || d.usesOf(source) != 1 || at(d.s.model, "volumes", source) == nil {
				return false
			}
			number, _ := strconv.Atoi(m[2])
			if n == 0 {
				v.stem, start = identifier(strings.TrimRight(m[1], "-_.")), number
			}
			def, first := clone(mapOf(at(d.s.model, "volumes", source))), clone(mapOf(at(d.s.model, "volumes", sources[0])))
			delete(def, "name")
			delete(first, "name")
			if number != start+n || identifier(strings.TrimRight(m[1], "-_.")) != v.stem || !reflect.DeepEqual(def, first) {
				return false
			}
		}
		if d.taken["volumes "+v.stem] || slices.ContainsFunc(f.volumes, func(o foldedVolume) bool { return o.stem == v.stem }) {
			return false
		}
		f.volumes = append(f.volumes, v)
	}
	return true
}

// usesOf counts the mounts of a volume.
func (d *Draft) usesOf(volume string) (n int) {
	for _, x := range mapOf(d.s.model["services"]) {
		for _, v := range listOf(at(x, "volumes")) {
			if str(at(v, "type")) == "volume" && str(at(v, "source")) == volume {
				n++
			}
		}
	}
	return n
}

// applyFolds writes the blocks of folded services and volumes as one. If they differ in more than a number, they
// stay apart, and the draft is made again.
func (d *Draft) applyFolds() {
	for _, f := range d.folds {
		service, ok := d.foldBlocks("service", f.stem, f.members, "services", "replica.number")
		for _, v := range f.volumes {
			volume, same := d.foldBlocks("volume", v.stem, v.members, "volumes", "each.key")
			if ok = ok && same; ok {
				var keys []string
				for n := range v.members {
					keys = append(keys, strconv.Quote(strconv.Itoa(n+1)))
				}
				each := item{name: "for_each", value: keyword("toset([" + strings.Join(keys, ", ") + "])"), path: volume.path}
				volume.items = append([]item{each}, volume.items...)
			}
		}
		if !ok || !d.foldDepends(f) {
			d.unfolded[f.stem] = true
			d.make()
			return
		}
		n := item{name: "replicas", value: number(strconv.Itoa(len(f.members)))}
		service.items = slices.Insert(service.items, min(1, len(service.items)), n)
	}
}

// foldBlocks replaces blocks by one; false if they differ in more than a number.
func (d *Draft) foldBlocks(kind, stem string, members []string, of, number string) (*block, bool) {
	var all []*block
	for _, name := range members {
		i := slices.IndexFunc(d.blocks, func(b *block) bool { return b.kind == kind && b.label == d.labels[of+" "+name] })
		if i < 0 {
			return nil, false
		}
		all = append(all, d.blocks[i])
	}
	for _, b := range all {
		b.label = stem
	}
	u := &unifier{d: d, number: number}
	one := u.blocks(all)
	if one == nil {
		return nil, false
	}
	var comments []string
	for _, b := range all {
		if b.comment != "" && !slices.Contains(comments, b.comment) {
			comments = append(comments, b.comment)
		}
	}
	one.comment = strings.Join(comments, "\n")
	at := slices.Index(d.blocks, all[0])
	d.blocks[at] = one
	d.blocks = slices.DeleteFunc(d.blocks, func(b *block) bool { return slices.Contains(all[1:], b) })
	return one, true
}

// foldDepends writes dependencies on all members as one on the service; false if that can't be.
func (d *Draft) foldDepends(f *fold) bool {
	for _, b := range d.blocks {
		if b.kind != "service" {
			continue
		}
		for i, it := range b.items {
			o, ok := it.value.(object)
			if !ok || it.name != "depends_on" && it.name != "compose" {
				continue
			}
			var out object
			found := 0
			for _, e := range o {
				if !slices.ContainsFunc(f.members, func(m string) bool { return d.labels["services "+m] == e.key }) {
					out = append(out, e)
					continue
				}
				if found++; found == 1 {
					e.key = f.stem
					out = append(out, e)
				}
			}
			if found > 0 && found != len(f.members) {
				return false
			}
			b.items[i].value = out
		}
	}
	return true
}

// Unfold takes all folds back; false if there are none.
func (d *Draft) Unfold() bool {
	for _, f := range d.folds {
		d.unfolded[f.stem] = true
	}
	if len(d.folds) == 0 {
		return false
	}
	d.make()
	return true
}

// folded reports whether a service of the files is a replica now.
func (d *Draft) folded(name string) bool {
	return slices.ContainsFunc(d.folds, func(f *fold) bool { return slices.Contains(f.members, name) })
}

// membersWith are the services that are written as one with a service; only itself, if it isn't folded.
func (d *Draft) membersWith(name string) []string {
	for _, f := range d.folds {
		if slices.Contains(f.members, name) {
			return f.members
		}
	}
	return []string{name}
}

// unfold takes a fold back in which the language refuses something.
func (d *Draft) unfold(path []string) bool {
	for _, f := range d.folds {
		in := path[0] == "services" && slices.Contains(f.members, path[1])
		for _, v := range f.volumes {
			in = in || path[0] == "volumes" && slices.Contains(v.members, path[1])
		}
		if in {
			d.unfolded[f.stem] = true
			return true
		}
	}
	return false
}

// folds compares each replica with the service that it was.
func (c *comparison) folds(got map[string]any) {
	for _, f := range c.d.folds {
		for _, name := range f.members {
			for _, n := range mapOf(at(got, "services", name, "networks")) {
				x := mapOf(n)
				if x["aliases"] = slices.DeleteFunc(listOf(x["aliases"]), func(a any) bool { return str(a) == f.stem }); len(listOf(x["aliases"])) == 0 {
					delete(x, "aliases")
				}
			}
		}
		c.choose("folding", []string{"services", f.stem})
	}
}
