package client

import (
	"context"
	"net/http"
	"net/url"
)

// MakeScenario makes a plan beside the current one, with changes if they are given.
func (c *Client) MakeScenario(ctx context.Context, q ScenarioRequest) (Scenario, error) {
	return c.scenario(ctx, q, "scenarios")
}

// ChangeScenario makes more changes in a scenario, all of them or none.
func (c *Client) ChangeScenario(ctx context.Context, scenario string, changes []Change) (Scenario, error) {
	return c.scenario(ctx, map[string]any{"changes": changes}, "scenarios", scenario, "changes")
}

func (c *Client) scenario(ctx context.Context, body any, path ...string) (Scenario, error) {
	var out Scenario
	_, err := c.do(ctx, call{method: http.MethodPost, path: path, body: body}, &out)
	return out, err
}

// Scenarios are all scenarios, without their effects and figures.
func (c *Client) Scenarios(ctx context.Context) ([]Scenario, error) {
	var page struct {
		Items []Scenario `json:"items"`
	}
	err := c.get(ctx, &page, nil, "scenarios")
	return page.Items, err
}

// Scenario is one scenario with its effects and figures.
func (c *Client) Scenario(ctx context.Context, scenario string) (Scenario, error) {
	var out Scenario
	err := c.get(ctx, &out, nil, "scenarios", scenario)
	return out, err
}

// CompareScenario is what differs from another plan to a scenario, table by table. with is current, base, or the id of another scenario; empty:
// current.
func (c *Client) CompareScenario(ctx context.Context, scenario, with string) (map[string][]Row, error) {
	query := url.Values{}
	if with != "" {
		query.Set("with", with)
	}
	var out map[string][]Row
	err := c.get(ctx, &out, query, "scenarios", scenario, "compare")
	return out, err
}

// CommitScenario makes a scenario the plan, and deletes it. The options IfMatch, Key and Rebase apply.
func (c *Client) CommitScenario(ctx context.Context, scenario string, o ...Option) (Step, error) {
	return c.step(ctx, []string{"scenarios", scenario, "commit"}, nil, o)
}

// DeleteScenario deletes a scenario.
func (c *Client) DeleteScenario(ctx context.Context, scenario string) error {
	_, err := c.do(ctx, call{method: http.MethodDelete, path: []string{"scenarios", scenario}, repeat: always}, nil)
	return err
}
