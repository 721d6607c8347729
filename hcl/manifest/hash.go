package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"math/big"
	"reflect"
	"sort"
	"strconv"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/images"
)

// Hash is the SHA-256 of the resolved model, in hex. It depends only on what the manifest means: not
// on file names, ranges, the order of blocks or comments. Two manifests with the same hash compile to
// the same kit.
func (m *Manifest) Hash() string {
	h := &hasher{Hash: sha256.New(), seen: map[uintptr]int{}}
	h.value(reflect.ValueOf(m).Elem())
	return hex.EncodeToString(h.Sum(nil))
}

type hasher struct {
	hash.Hash
	seen map[uintptr]int // pointer → number of its first visit
}

var (
	rangeType  = reflect.TypeOf(hcl.Range{})
	rangesType = reflect.TypeOf(Ranges{})
	filesType  = reflect.TypeOf(map[string]*hcl.File{})
	factsType  = reflect.TypeOf((*images.Facts)(nil)) // follow from the image's reference and its runtime block
	offType    = reflect.TypeOf((*Off)(nil))
	keptType   = reflect.TypeOf(KeptPaths{}) // where the kit is built to, not what it is
	ratType    = reflect.TypeOf((*big.Rat)(nil))
)

// value writes one value. Every item is written with its kind and, if its length is variable, its
// length, so that no two models produce the same bytes. A pointer seen before is written as the number
// of its first visit: the walk is in a fixed order, so those numbers are stable.
func (h *hasher) value(v reflect.Value) {
	if v.Type() == rangeType || v.Type() == rangesType || v.Type() == filesType || v.Type() == factsType || v.Type() == offType || v.Type() == keptType {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		h.pointer(v)
	case reflect.Interface:
		if v.IsNil() {
			h.text("n")
			return
		}
		if v.NumMethod() > 0 { // one of a closed set of kinds
			h.text("t" + v.Elem().Type().String() + ";")
		}
		h.value(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			h.value(v.Field(i))
		}
	case reflect.Slice:
		h.text("l" + strconv.Itoa(v.Len()) + ":")
		for i := range v.Len() {
			h.value(v.Index(i))
		}
	case reflect.Map:
		keys := v.MapKeys()
		sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
		h.text("m" + strconv.Itoa(len(keys)) + ":")
		for _, k := range keys {
			h.value(k)
			h.value(v.MapIndex(k))
		}
	case reflect.String:
		h.text("s" + strconv.Itoa(v.Len()) + ":" + v.String())
	case reflect.Bool:
		h.text("b" + strconv.FormatBool(v.Bool()))
	case reflect.Int, reflect.Int64:
		h.text("i" + strconv.FormatInt(v.Int(), 10) + ";")
	case reflect.Uint8:
		h.text("u" + strconv.FormatUint(v.Uint(), 10) + ";")
	case reflect.Float64:
		h.text("f" + strconv.FormatFloat(v.Float(), 'g', -1, 64) + ";")
	default:
		panic("manifest: the hash doesn't support " + v.Type().String())
	}
}

func (h *hasher) pointer(v reflect.Value) {
	switch {
	case v.IsNil():
		h.text("n")
	case v.Type() == ratType:
		h.text("r" + v.Interface().(*big.Rat).RatString() + ";")
	default:
		if n, ok := h.seen[v.Pointer()]; ok {
			h.text("p" + strconv.Itoa(n) + ";")
			return
		}
		h.seen[v.Pointer()] = len(h.seen)
		h.value(v.Elem())
	}
}

func (h *hasher) text(s string) { _, _ = h.Write([]byte(s)) }
