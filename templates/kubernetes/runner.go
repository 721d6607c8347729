package kubernetes

import (
	"github.com/hashicorp/hcl/v2"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// RunnerName is the name of the Deployment of the pod from which deploy.sh probes ports, and the owner of its objects.
const RunnerName = "omegagen-runner"

// runner makes the pod from which deploy.sh probes ports: it sleeps until kubectl runs something in it. A policy of its own
// lets it connect to all pods of the namespace.
func (r *renderer) runner() {
	image := r.settings.Runner
	if image == nil {
		r.probesWithoutRunner()
		return
	}
	from := manifest.Origin{Address: r.settings.Address, Range: r.settings.At["runner"]}
	labels := map[string]string{"app.kubernetes.io/name": RunnerName, "app.kubernetes.io/instance": r.part()}
	meta := func() metav1.ObjectMeta {
		m := r.meta(RunnerName, nil)
		for k, v := range labels {
			m.Labels[k] = v
		}
		return m
	}
	yes, no, one, user := true, false, int32(1), int64(65532)
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: meta().Labels}, Spec: corev1.PodSpec{
		Containers: []corev1.Container{{
			Name: "runner", Image: r.m.ClusterReference(image), Command: []string{"sleep", "2147483647"},
			SecurityContext: &corev1.SecurityContext{AllowPrivilegeEscalation: &no, ReadOnlyRootFilesystem: &yes, Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}},
		}},
		ServiceAccountName: r.part(), AutomountServiceAccountToken: &no, EnableServiceLinks: &no,
		SecurityContext: &corev1.PodSecurityContext{RunAsUser: &user, RunAsGroup: &user, RunAsNonRoot: &yes, SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}},
	}}
	o := &appsv1.Deployment{TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"}, ObjectMeta: meta(), Spec: appsv1.DeploymentSpec{
		Replicas: &one, Selector: &metav1.LabelSelector{MatchLabels: labels}, Template: template,
	}}
	r.add(o, &o.ObjectMeta, "Deployment", from, nil)
	r.objects[len(r.objects)-1].Owner = RunnerName
	p := r.policy(RunnerName, nil, networkingv1.NetworkPolicySpec{
		PodSelector: metav1.LabelSelector{MatchLabels: labels}, PolicyTypes: []networkingv1.PolicyType{networkingv1.PolicyTypeEgress},
		Egress: []networkingv1.NetworkPolicyEgressRule{{To: []networkingv1.NetworkPolicyPeer{{PodSelector: &metav1.LabelSelector{}}}}},
	})
	r.add(p, &p.ObjectMeta, "NetworkPolicy", from, nil)
	r.objects[len(r.objects)-1].Owner = RunnerName
}

// runnerPeer is the runner's pod in a policy.
func (r *renderer) runnerPeer() networkingv1.NetworkPolicyPeer {
	return networkingv1.NetworkPolicyPeer{PodSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app.kubernetes.io/name": RunnerName, "app.kubernetes.io/instance": r.part()}}}
}

// probesWithoutRunner reports the first criterion that connects to a port.
func (r *renderer) probesWithoutRunner() {
	for _, c := range r.m.Criteria {
		var at hcl.Range
		switch p := c.Probe.(type) {
		case *manifest.HTTPProbe:
			at = p.Range
		case *manifest.TCPProbe:
			at = p.Range
		case *manifest.GRPCProbe:
			at = p.Range
		case *manifest.PromQLProbe:
			at = p.Range
		case *manifest.SQLProbe, *manifest.ContainerProbe, *manifest.CommandProbe, nil:
			continue
		}
		r.diags = append(r.diags, ruleRunner.At(at, "%s connects to a port from a pod in the cluster, but no image is given for that pod. Write runner = image.tools in target \"kubernetes\", and an image that has sh and curl: image \"tools\" { pull = \"curlimages/curl:8.15.0\" }, or one with stage \"tools\" { from = \"debian:bookworm-slim\", packages { apt = [\"curl\"] } }.", c.Address))
		return
	}
}

// builds reports builds that need a value of a secret: it is in the cluster, and never in a file here.
func (r *renderer) builds() {
	for _, i := range r.m.Images {
		if i.Built() && len(i.Secrets) > 0 {
			r.diags = append(r.diags, ruleNoCounterpart.At(i.Range, "The build of %s uses %s, whose value is in the cluster alone on this target. Build the image where the secret is a file, push it, and write pull = \"…\" here.", i.Address, i.Secrets[0].Address))
		}
	}
}
