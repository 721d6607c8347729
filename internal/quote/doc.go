// Package quote writes strings in the languages of the kit's files, a file per language: any string is
// read back exactly. A string that a language can't represent is an error. The functions are pure.
package quote
