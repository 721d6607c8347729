package kubernetes

import (
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// numbering is how the pods of a service differ.
type numbering uint8

const (
	alike    numbering = iota // in nothing but the ports of the host
	byIndex                   // variables are the replica's index, from 0
	byNumber                  // variables are the replica's number, from 1
	apart                     // otherwise: each replica is a workload of its own
)

// podIndex is the label of a StatefulSet's pod with its ordinal.
const podIndex = "metadata.labels['apps.kubernetes.io/pod-index']"

// numberingOf compares the replicas of a service.
func numberingOf(s *manifest.Service) numbering {
	out := alike
	first := s.Instances[0]
	for _, i := range s.Instances[1:] {
		if !slices.Equal(shape(first), shape(i)) || len(first.Env) != len(i.Env) {
			return apart
		}
	}
	for n := range first.Env {
		switch v := numbered(s, n); {
		case v == alike:
		case out == alike || out == v:
			out = v
		default:
			return apart
		}
	}
	return out
}

// numbered is how the n-th variable differs between the replicas.
func numbered(s *manifest.Service, n int) numbering {
	same, index, number := true, true, true
	first := s.Instances[0].Env[n]
	for _, i := range s.Instances {
		e := i.Env[n]
		text, plain := e.Value.Plain()
		same = same && e.Name == first.Name && slices.Equal(e.Value, first.Value)
		index = index && e.Name == first.Name && plain && text == strconv.Itoa(i.Index)
		number = number && e.Name == first.Name && plain && text == strconv.Itoa(i.Index+1)
	}
	switch {
	case same:
		return alike
	case index:
		return byIndex
	case number:
		return byNumber
	}
	return apart
}

// shape is what must be equal for two replicas to be pods of one workload, besides their variables.
func shape(i *manifest.Instance) []string {
	out := append([]string{"entrypoint"}, i.Entrypoint.Words()...)
	out = append(append(out, "command"), i.Command.Words()...)
	for _, e := range i.SecretEnv {
		out = append(out, "secret", e.Name, e.Secret.Name)
	}
	for _, p := range i.Ports {
		out = append(out, "port", p.Name, strconv.Itoa(p.Container), p.Protocol)
	}
	for _, m := range i.Mounts {
		source := m.Source()
		if m.Volume != nil {
			source = m.Volume.Address
		}
		out = append(out, "mount", m.Target, source)
	}
	for _, l := range i.Labels {
		out = append(out, "label", l.Key, l.Value)
	}
	for _, k := range sortedKeys(i.Compose) {
		out = append(append(out, "compose", k), append(stringsOf(i.Compose[k].Value), mapStrings(i.Compose[k].Value)...)...)
	}
	return out
}

// ordinal is the variable of a pod that has its ordinal as the value.
func ordinal(name string) corev1.EnvVar {
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: podIndex}}}
}
