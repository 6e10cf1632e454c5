package pgtest

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func TestADatabaseSurvivesACrashOfItsServer(t *testing.T) {
	address, server := Restartable(t)
	Exec(t, address, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (1)")
	server.Crash(t)
	server.Start(t)
	Exec(t, address, "INSERT INTO kept SELECT 1 / count(*) FROM kept") // fails if the row is gone
	server.Stop(t)
	server.Start(t)
	Exec(t, address, "INSERT INTO kept SELECT 1 / (count(*) - 1) FROM kept")
}
