// Package kubernetes reads the objects of a kit as the API server does: each file is decoded strictly into the
// API's own types, so that an unknown or a duplicate field is an error, and must be the object that was rendered.
package kubernetes

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/templates/kubernetes"
)

var ruleBug = diag.Error("OG909", "Kubernetes objects do not round-trip (internal error)",
	"Each file is decoded strictly by the API's own types, and must be the objects that were rendered. This is a bug in omegagen.").In(diag.StageOutput)

// scheme knows the kinds that kits have.
var scheme = func() *runtime.Scheme {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme, networkingv1.AddToScheme, policyv1.AddToScheme} {
		if err := add(s); err != nil {
			panic(err)
		}
	}
	return s
}()

// Check decodes a file strictly, and reports where it differs from Doc.
func Check(m *manifest.Manifest, a kit.Artifact) hcl.Diagnostics {
	var err error
	switch doc := a.Doc.(type) {
	case []kubernetes.Document:
		err = compare(a.Content, doc)
	case kubernetes.Kustomization:
		var k kubernetes.Kustomization
		if err = sigsyaml.UnmarshalStrict(a.Content, &k); err == nil && !equality.Semantic.DeepEqual(k, doc) {
			err = fmt.Errorf("it is read as %+v", k)
		}
	default:
		err = errors.New("it has no document to compare with")
	}
	if err == nil {
		return nil
	}
	return hcl.Diagnostics{ruleBug.At(m.System.Range, "%s: %s. Please report this with the manifest.", a.Path, err)}
}

func compare(content []byte, want []kubernetes.Document) error {
	serializer := json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme, json.SerializerOptions{Yaml: true, Strict: true})
	docs := bytes.Split(content, []byte("\n---\n"))
	if len(docs) != len(want) {
		return fmt.Errorf("it has %d objects, not %d", len(docs), len(want))
	}
	for i, doc := range docs {
		got, _, err := serializer.Decode(doc, nil, nil)
		if err != nil {
			return err
		}
		if !equality.Semantic.DeepEqual(got, want[i].Object) {
			return fmt.Errorf("object %d is read back differently", i+1)
		}
	}
	return nil
}
