package kubernetes

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/docker/go-units"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/text"
)

// maxData is what the files of a ConfigMap may have together: an object has at most 1 MiB, and its other
// fields need some.
const maxData = 1<<20 - 16<<10

// mounts adds the volumes of a replica: claims, files of the kit, secrets and temporary folders.
func (r *renderer) mounts(spec *corev1.PodSpec, c *corev1.Container, s *manifest.Service, i *manifest.Instance) {
	volume := func(name string, source corev1.VolumeSource) string {
		if !slices.ContainsFunc(spec.Volumes, func(v corev1.Volume) bool { return v.Name == name }) {
			spec.Volumes = append(spec.Volumes, corev1.Volume{Name: name, VolumeSource: source})
		}
		return name
	}
	r.sameVolumes(i)
	for n, m := range i.Mounts {
		at := corev1.VolumeMount{MountPath: m.Target, ReadOnly: m.ReadOnly, SubPath: m.Subpath}
		switch {
		case m.Volume != nil:
			at.Name = podVolume(m.Volume)
			if !r.ownsClaim(s, m.Volume) {
				volume(at.Name, corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: r.claimName(m.Volume)}})
			}
			if at.SubPath == "" && r.ownsClaim(s, m.Volume) && lostFound(s, m) {
				at.SubPath = "data"
			}
		case m.Tmpfs:
			at.Name = volume(fmt.Sprintf("tmp-%d", n), tmpfs(m.Size))
		case m.Artifact != nil || m.Generated != "" || m.Copied:
			name, sub := r.config(s, m)
			if name == "" {
				continue
			}
			at.Name = volume(configVolume(m.Source()), corev1.VolumeSource{ConfigMap: r.configSource(name, m)})
			at.SubPath, at.ReadOnly = sub, true
		case m.Anonymous && m.NoCopy:
			at.Name = volume(fmt.Sprintf("anonymous-%d", n), corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}})
		case m.Anonymous:
			r.diags = append(r.diags, ruleNoCounterpart.At(m.Range, "%s mounts a volume without a name at %s, which has the image's files on Compose, but is empty in a pod. Remove the mount, write nocopy = true if an empty folder will do, or use a named volume.", s.Address, m.Target))
			continue
		default:
			r.diags = append(r.diags, ruleNoCounterpart.At(m.Range, "%s mounts %q from the host, but a pod runs on any node. Mount it read-only from the manifest's folder, make it an artifact, copy it into the image, or use a volume.", s.Address, m.Bind))
			continue
		}
		c.VolumeMounts = append(c.VolumeMounts, at)
	}
	for n, target := range s.Hardening.Tmpfs {
		c.VolumeMounts = append(c.VolumeMounts, corev1.VolumeMount{Name: volume(fmt.Sprintf("scratch-%d", n), tmpfs(0)), MountPath: target})
	}
	secrets := slices.Clone(i.SecretFiles)
	for _, e := range i.SecretEnv {
		secrets = append(secrets, e.Secret)
	}
	slices.SortFunc(secrets, func(a, b *manifest.Secret) int { return strings.Compare(a.Name, b.Name) })
	for _, x := range slices.Compact(secrets) {
		mode := int32(0o440) // the pod's group reads it
		name := volume(volumeName("secret-"+Name(x.Name)), corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: SecretName(x), DefaultMode: &mode}})
		c.VolumeMounts = append(c.VolumeMounts, corev1.VolumeMount{Name: name, MountPath: secretsDir + "/" + x.Name, SubPath: x.Name, ReadOnly: true})
	}
}

// sameVolumes reports volumes of a pod that would have the same name.
func (r *renderer) sameVolumes(i *manifest.Instance) {
	first := map[string]*manifest.Volume{}
	for _, m := range i.Mounts {
		if m.Volume == nil {
			continue
		}
		name := podVolume(m.Volume)
		if other, ok := first[name]; ok && other != m.Volume {
			r.misnamed(m.Volume.Origin, "The volume of %s would be named %q, as that of %s in the same pod is. Rename one of them.", m.Volume.Address, name, other.Address)
		} else if len(validation.IsDNS1123Label(name)) > 0 {
			r.misnamed(m.Volume.Origin, "The volume of %s would be named %q. Use letters and digits, and at most %d characters.", m.Volume.Address, name, maxName)
		}
		first[name] = m.Volume
	}
}

// sharedMemory mounts /dev/shm of the size that Compose's shm_size says.
func (r *renderer) sharedMemory(spec *corev1.PodSpec, c *corev1.Container, s *manifest.Service) {
	text, ok := s.ComposeKey("shm_size").(string)
	if !ok {
		return
	}
	size, err := units.RAMInBytes(text)
	if err != nil {
		return // Compose's loader reports it
	}
	spec.Volumes = append(spec.Volumes, corev1.Volume{Name: "shm", VolumeSource: tmpfs(size)})
	c.VolumeMounts = append(c.VolumeMounts, corev1.VolumeMount{Name: "shm", MountPath: "/dev/shm"})
}

// readsHost reports, once, a service that an exporter block makes and that mounts the host's files: its parts are
// where the block is, and nothing of them can be changed there.
func (r *renderer) readsHost(s *manifest.Service) bool {
	var paths []string
	for _, m := range s.Instances[0].Mounts {
		if m.Bind != "" && !m.Copied && m.Range == s.Range {
			paths = append(paths, m.Bind)
		}
	}
	if len(paths) == 0 {
		return false
	}
	r.diags = append(r.diags, ruleNoCounterpart.At(s.Range, "%s, which the exporter makes, mounts %s from the host, but a pod runs on any node. Leave the exporter out for this target: a cluster has its own for nodes and containers.", s.Address, text.List(text.Quoted(paths))))
	return true
}

// tmpfs is a folder in memory; size is in bytes, 0 for no limit.
func tmpfs(size int64) corev1.VolumeSource {
	e := &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory}
	if size > 0 {
		e.SizeLimit = resource.NewQuantity(size, resource.BinarySI)
	}
	return corev1.VolumeSource{EmptyDir: e}
}

// lostFound reports whether a server refuses to make its data in a folder that isn't empty: file systems of
// block devices have lost+found at their root.
func lostFound(s *manifest.Service, m *manifest.Mount) bool {
	f := s.Running()
	if f == nil {
		return false
	}
	switch f.Family {
	case "postgres", "postgis", "pgvector", "timescaledb", "mysql", "mariadb":
		return !m.ReadOnly
	}
	return false
}

// configVolume is the name of the volume with the files of a path of the kit.
func configVolume(source string) string {
	name := strings.Trim(strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			return c
		}
		return '-'
	}, strings.ToLower(source)), "-")
	if len(name) > 40 {
		name = name[:40]
	}
	sum := sha256.Sum256([]byte(source))
	return "files-" + strings.Trim(name, "-") + "-" + hex.EncodeToString(sum[:3])
}

// config makes the ConfigMap with the files of the kit that a mount shows, and is its name, and the file that
// is mounted; "" for a folder. The name ends in a checksum of the content, so that other content is another
// object, and pods are replaced when it changes: except that of files which are read at the first start alone.
func (r *renderer) config(s *manifest.Service, m *manifest.Mount) (name, file string) {
	source := m.Source()
	files := r.paths.In(source)
	if len(files) == 0 {
		return "", ""
	}
	data := map[string]string{}
	size := 0
	for _, f := range files {
		content := r.files[f].Content
		if !utf8.Valid(content) {
			r.diags = append(r.diags, ruleText.At(m.Range, "%s isn't text.", f))
			continue
		}
		data[configKey(source, f)] = string(content)
		size += len(content) + len(f)
	}
	if size > maxData {
		r.diags = append(r.diags, ruleLarge.At(m.Range, "The files of %s that %s mounts have %d bytes together; a ConfigMap can have %d. Copy them into the image.", source, s.Address, size, maxData))
	}
	if len(files) == 1 && files[0] == source {
		file = configKey(source, source)
	}
	h := sha256.New()
	for _, f := range files {
		fmt.Fprintf(h, "%d %s %d\n%s", len(f), f, len(r.files[f].Content), r.files[f].Content)
	}
	base := strings.TrimPrefix(configVolume(source), "files-")
	name = base[:strings.LastIndex(base, "-")] + "-" + hex.EncodeToString(h.Sum(nil)[:5])
	immutable := !m.FirstStart
	if m.FirstStart {
		name = base
	}
	if _, ok := r.names["ConfigMap/"+name]; ok {
		return name, file
	}
	meta := r.meta(name, nil)
	o := &corev1.ConfigMap{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}, ObjectMeta: meta, Data: data}
	if immutable {
		o.Immutable = &immutable
	}
	from := manifest.Origin{Address: s.Address, Range: m.Range}
	if m.Artifact != nil {
		from = m.Artifact.Origin
	}
	r.add(o, &o.ObjectMeta, "ConfigMap", from, s)
	return name, file
}

// maxKey is the length of a key of a ConfigMap.
const maxKey = 253

// notInKey is what keys of a ConfigMap don't have.
var notInKey = regexp.MustCompile(`[^-._a-zA-Z0-9]+`)

// configKey is the key of a file in the ConfigMap of a path: the file's name or path if it is one, otherwise
// its valid characters and a checksum.
func configKey(source, file string) string {
	name := strings.TrimPrefix(file, source+"/")
	if file == source {
		name = path.Base(file)
	}
	key := notInKey.ReplaceAllString(name, "-")
	if key == name && !strings.HasPrefix(key, "..") && len(key) <= maxKey {
		return key
	}
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:3]) + "-" + key[:min(len(key), 100)]
}

// configSource mounts the files of a folder with their own paths.
func (r *renderer) configSource(name string, m *manifest.Mount) *corev1.ConfigMapVolumeSource {
	source := m.Source()
	c := &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: name}}
	executable, nested := false, false
	for _, f := range r.paths.In(source) {
		executable = executable || r.files[f].Executable
		nested = nested || configKey(source, f) != strings.TrimPrefix(f, source+"/") && f != source
	}
	if executable {
		mode := int32(0o555)
		c.DefaultMode = &mode
	}
	if nested {
		for _, f := range r.paths.In(source) {
			c.Items = append(c.Items, corev1.KeyToPath{Key: configKey(source, f), Path: strings.TrimPrefix(f, source+"/")})
		}
	}
	return c
}
