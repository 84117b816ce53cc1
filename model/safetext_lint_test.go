package model

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSafeTextIsMadeInOnePlace keeps conversions to SafeText out of all files
// but safetext.go (TXT-1): foreign text becomes SafeText through Line, Block
// and ClipLine alone.
func TestSafeTextIsMadeInOnePlace(t *testing.T) {
	root := moduleRoot(t)
	home := filepath.Join(root, "model", "safetext.go")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "vendor" || d.Name() == "testdata" || path != root && strings.HasPrefix(d.Name(), ".")):
			return filepath.SkipDir
		case path == home, !strings.HasSuffix(path, ".go"), strings.HasSuffix(path, "_test.go"):
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, at := range conversions(t, path, src) {
			t.Errorf("%s: conversion to SafeText; use model.Line, model.Block or model.ClipLine", at)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestConversionsAreFound(t *testing.T) {
	const src = `package x
import "warroom/model"
type Alias = model.SafeText
type Own model.SafeText
var a = model.SafeText(os.Args[0])
var b = (SafeText)(s)
var c = model.Line(s)
var d model.SafeText = "a constant is the author's own text"
func f(t model.SafeText) []model.SafeText { return nil }
`
	if got := conversions(t, "x.go", []byte(src)); len(got) != 4 {
		t.Errorf("found %v, want 4 places", got)
	}
}

// conversions lists where src converts to SafeText or gives the type a second
// name to do so.
func conversions(t *testing.T, path string, src []byte) []token.Position {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var found []token.Position
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if isSafeText(n.Fun) {
				found = append(found, fset.Position(n.Pos()))
			}
		case *ast.TypeSpec:
			if isSafeText(n.Type) {
				found = append(found, fset.Position(n.Pos()))
			}
		}
		return true
	})
	return found
}

func isSafeText(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e.Name == "SafeText"
	case *ast.SelectorExpr:
		return e.Sel.Name == "SafeText"
	}
	return false
}

func moduleRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
}
