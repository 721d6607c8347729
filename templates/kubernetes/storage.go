package kubernetes

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// findVolumes notes which services mount each volume, and which volumes each service mounts, both in the order of the
// manifest.
func (r *renderer) findVolumes() {
	r.users, r.volumes = map[*manifest.Volume][]*manifest.Service{}, map[*manifest.Service][]*manifest.Volume{}
	for _, s := range r.m.Services {
		for _, i := range s.Instances {
			for _, m := range i.Mounts {
				if users := r.users[m.Volume]; m.Volume != nil && (len(users) == 0 || users[len(users)-1] != s) {
					r.users[m.Volume] = append(users, s)
				}
			}
		}
	}
	for _, v := range r.m.Volumes {
		for _, s := range r.users[v] {
			r.volumes[s] = append(r.volumes[s], v)
		}
	}
}

// claim is what the manifest says about a volume's storage.
func (r *renderer) claim(v *manifest.Volume) *manifest.Claim {
	for _, c := range r.settings.Claims {
		if c.Volume == v {
			return c
		}
	}
	return &manifest.Claim{Origin: v.Origin, Volume: v, Size: manifest.DefaultClaimSize}
}

// ownsClaim reports whether a volume belongs to the pods of a service: it alone mounts it, in one replica, so
// that a StatefulSet makes the claim.
func (r *renderer) ownsClaim(s *manifest.Service, v *manifest.Volume) bool {
	return !v.External && !s.Oneshot && len(s.Instances) == 1 && len(r.users[v]) == 1 && !r.claim(v).Shared
}

// ownsData reports whether the pods of a service have claims of their own.
func (r *renderer) ownsData(s *manifest.Service) bool {
	for _, v := range r.volumes[s] {
		if r.ownsClaim(s, v) {
			return true
		}
	}
	return false
}

// claimName is the name of the claim of a volume that no StatefulSet owns.
func (r *renderer) claimName(v *manifest.Volume) string {
	if v.External {
		return Name(v.RealName)
	}
	return Name(v.Name)
}

// claims makes the claims of volumes that pods of several services or replicas mount.
func (r *renderer) claims() {
	for _, v := range r.m.Volumes {
		users := r.users[v]
		if v.External && len(users) > 0 && len(validation.IsDNS1123Subdomain(r.claimName(v))) > 0 {
			r.misnamed(v.Origin, "%s is external, and no PersistentVolumeClaim can be named %q, as its name is with - for _. Set `name` to that of the claim.", v.Address, r.claimName(v))
		}
		if v.External || len(users) == 0 || r.ownsClaim(users[0], v) {
			continue
		}
		c := r.claim(v)
		pods := 0
		for _, s := range users {
			pods += len(s.Instances)
		}
		if pods > 1 && !c.Shared {
			r.diags = append(r.diags, ruleShared.At(v.Range, "%s is mounted by %d pods, which may run on different nodes. If the storage class supports ReadWriteMany, say so: claim \"%s\" { volume = %s, shared = true } in target \"kubernetes\". Otherwise give each service a volume of its own.", v.Address, pods, v.Name, v.Address))
		}
		meta := r.meta(r.claimName(v), nil)
		o := &corev1.PersistentVolumeClaim{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"}, ObjectMeta: meta, Spec: r.claimSpec(c)}
		r.add(o, &o.ObjectMeta, "PersistentVolumeClaim", v.Origin, nil)
	}
}

func (r *renderer) claimSpec(c *manifest.Claim) corev1.PersistentVolumeClaimSpec {
	mode := corev1.ReadWriteOnce
	if c.Shared {
		mode = corev1.ReadWriteMany
	}
	spec := corev1.PersistentVolumeClaimSpec{
		AccessModes: []corev1.PersistentVolumeAccessMode{mode},
		Resources:   corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: *resource.NewQuantity(c.Size, resource.BinarySI)}},
	}
	class := c.StorageClass
	if class == "" {
		class = r.settings.StorageClass
	}
	if class != "" {
		spec.StorageClassName = &class
	}
	return spec
}

// templates are the claims that a StatefulSet makes for its pods.
func (r *renderer) templates(s *manifest.Service) []corev1.PersistentVolumeClaim {
	var out []corev1.PersistentVolumeClaim
	for _, v := range r.volumes[s] {
		if r.ownsClaim(s, v) {
			out = append(out, corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: podVolume(v)}, Spec: r.claimSpec(r.claim(v))})
		}
	}
	return out
}
