package main

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

const containerfile = "../../Containerfile"

// The container has nothing but the binary, so it must need nothing else: no loader and no library.
func TestTheBinaryOfTheContainerIsStatic(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command without C")
	}
	text, err := os.ReadFile(containerfile)
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`CGO_ENABLED=0 go build (-trimpath) -ldflags='(-s -w)' -o /out/takt \./cmd/takt`).FindStringSubmatch(string(text))
	if line == nil {
		t.Fatal("the Containerfile builds in another way than this test")
	}
	path := filepath.Join(t.TempDir(), "takt")
	build := exec.Command("go", "build", line[1], "-ldflags="+line[2], "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+runtime.GOARCH)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("the binary needs a loader: it has %v", p.Type)
		}
	}
	if libs, _ := f.ImportedLibraries(); len(libs) > 0 {
		t.Errorf("the binary needs %v", libs)
	}
	if runtime.GOOS != "linux" {
		return
	}
	run := exec.Command(path, "plan", "../../examples/appliance") // in the zone Europe/Berlin, which is in the binary
	run.Env = []string{"ZONEINFO=/nowhere"}
	if out, err := run.CombinedOutput(); err != nil || !strings.Contains(string(out), "Europe/Berlin") {
		t.Errorf("%v\n%s", err, out)
	}
}

// The container runs as nobody in particular, from nothing.
func TestTheContainerHasNoMoreThanItNeeds(t *testing.T) {
	text, err := os.ReadFile(containerfile)
	if err != nil {
		t.Fatal(err)
	}
	_, last, ok := strings.Cut(string(text), "\nFROM scratch\n")
	if !ok {
		t.Fatal("the image is not made from scratch")
	}
	for _, want := range []string{"USER 65532:65532", "VOLUME /data", "EXPOSE 8080", `ENTRYPOINT ["/takt"]`, "STOPSIGNAL SIGTERM"} {
		if !strings.Contains(last, "\n"+want+"\n") {
			t.Errorf("the Containerfile has no line %s", want)
		}
	}
	if strings.Contains(last, "RUN ") {
		t.Error("the image runs something while it is made, but there is nothing to run it with")
	}
}
