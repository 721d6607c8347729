//go:build linux

package kubernetes

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"sigs.k8s.io/yaml"
)

// Object is an object of the API as JSON has it.
type Object map[string]any

// text is a string in an object, "" if there is none.
func (o Object) text(path ...string) string {
	var at any = map[string]any(o)
	for _, p := range path {
		m, _ := at.(map[string]any)
		at = m[p]
	}
	s, _ := at.(string)
	return s
}

// Kind, Name, Namespace and ResourceVersion are those of the object.
func (o Object) Kind() string            { return o.text("kind") }
func (o Object) Name() string            { return o.text("metadata", "name") }
func (o Object) Namespace() string       { return o.text("metadata", "namespace") }
func (o Object) ResourceVersion() string { return o.text("metadata", "resourceVersion") }

// String names the object.
func (o Object) String() string { return o.Kind() + "/" + o.Name() }

// Objects reads the documents of a file.
func Objects(content []byte) ([]Object, error) {
	var out []Object
	for _, doc := range bytes.Split(append([]byte("\n"), content...), []byte("\n---\n")) {
		var o Object
		if err := yaml.UnmarshalStrict(doc, &o); err != nil {
			return nil, err
		}
		if o != nil {
			out = append(out, o)
		}
	}
	return out, nil
}

// Client talks to an API server as its administrator.
type Client struct {
	URL  string
	http *http.Client

	mu        sync.Mutex
	resources map[string]map[string]resource // by apiVersion and kind
}

type resource struct {
	Name       string `json:"name"`
	Kind       string `json:"kind"`
	Namespaced bool   `json:"namespaced"`
}

func newClient(url string, k *keys) (*Client, error) {
	ca, err := os.ReadFile(k.path("ca.crt"))
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	own, err := tls.LoadX509KeyPair(k.path("admin.crt"), k.path("admin.key"))
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{own}}}
	return &Client{URL: url, http: &http.Client{Transport: transport, Timeout: time.Minute}, resources: map[string]map[string]resource{}}, nil
}

// Response is an answer of the API server.
type Response struct {
	Status   int
	Warnings []string
	Body     []byte
}

// Do sends a request. An answer that refuses it is no error.
func (c *Client) Do(method, path, contentType string, body []byte) (*Response, error) {
	req, err := http.NewRequest(method, c.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	r := &Response{Status: res.StatusCode, Warnings: res.Header.Values("Warning")}
	r.Body, err = io.ReadAll(res.Body)
	return r, err
}

// Path is where an object is, or, without a name, where the objects of its kind and namespace are.
func (c *Client) Path(o Object) (string, error) {
	version := o.text("apiVersion")
	root := "/apis/" + version
	if !strings.Contains(version, "/") {
		root = "/api/" + version
	}
	kinds, err := c.kinds(version, root)
	if err != nil {
		return "", err
	}
	r, ok := kinds[o.Kind()]
	if !ok {
		return "", fmt.Errorf("the API server has no %s of %s", o.Kind(), version)
	}
	if r.Namespaced && o.Namespace() != "" {
		root += "/namespaces/" + url.PathEscape(o.Namespace())
	}
	root += "/" + r.Name
	if o.Name() != "" {
		root += "/" + url.PathEscape(o.Name())
	}
	return root, nil
}

// kinds are the resources of a version of an API, by kind.
func (c *Client) kinds(version, root string) (map[string]resource, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if found, ok := c.resources[version]; ok {
		return found, nil
	}
	r, err := c.Do("GET", root, "", nil)
	if err != nil {
		return nil, err
	}
	if r.Status != http.StatusOK {
		return nil, fmt.Errorf("the API server has no %s: %s", version, r.Body)
	}
	var list struct {
		Resources []resource `json:"resources"`
	}
	if err := json.Unmarshal(r.Body, &list); err != nil {
		return nil, err
	}
	out := map[string]resource{}
	for _, x := range list.Resources {
		if !strings.Contains(x.Name, "/") { // status and such
			out[x.Kind] = x
		}
	}
	c.resources[version] = out
	return out, nil
}

// Manager owns the fields that Apply sets.
const Manager = "omegagen-test"

// Apply applies an object server-side with strict validation of its fields, and returns what is stored then;
// with dry, what would be. A refusal and a warning are errors.
func (c *Client) Apply(o Object, dry bool) (Object, error) {
	path, err := c.Path(o)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	path += "?fieldManager=" + Manager + "&fieldValidation=Strict"
	if dry {
		path += "&dryRun=All"
	}
	r, err := c.Do("PATCH", path, "application/apply-patch+yaml", body)
	if err != nil {
		return nil, err
	}
	if r.Status >= 300 {
		var status struct {
			Message string `json:"message"`
		}
		_ = json.Unmarshal(r.Body, &status) // the status is said anyway
		return nil, fmt.Errorf("%s is refused: %d: %s", o, r.Status, status.Message)
	}
	if len(r.Warnings) > 0 {
		return nil, fmt.Errorf("%s: warnings: %s", o, strings.Join(r.Warnings, "; "))
	}
	var out Object
	return out, json.Unmarshal(r.Body, &out)
}

// Get returns an object as it is stored.
func (c *Client) Get(o Object) (Object, error) {
	path, err := c.Path(o)
	if err != nil {
		return nil, err
	}
	r, err := c.Do("GET", path, "", nil)
	if err != nil {
		return nil, err
	}
	if r.Status != http.StatusOK {
		return nil, fmt.Errorf("%s: %d: %s", o, r.Status, r.Body)
	}
	var out Object
	return out, json.Unmarshal(r.Body, &out)
}
