namespace Truce.Scheduler.Engine;

/// <summary>Keeps resources off nodes that report bad health, by the strategy chosen.</summary>
internal static class HealthRules
{
    public static void Run(World world)
    {
        ClusterSettings settings = world.Settings;
        (int red, int yellow, int green, int start) = settings.NodeHealthStrategy switch
        {
            "migrate-on-red" => (-Scores.Infinity, 0, 0, 0),
            "only-green" => (-Scores.Infinity, -Scores.Infinity, 0, 0),
            "progressive" => (settings.HealthRed, settings.HealthYellow, settings.HealthGreen, settings.NodeHealthBase),
            "custom" => (settings.HealthRed, settings.HealthYellow, settings.HealthGreen, 0),
            _ => (0, 0, 0, 0),
        };
        if (settings.NodeHealthStrategy == "none")
            return;
        foreach (PlanNode node in world.Nodes)
        {
            int health = start;
            foreach ((string name, string value) in node.Attributes)
            {
                if (!name.StartsWith("#health", StringComparison.Ordinal))
                    continue;
                health = Scores.Add(health, value switch
                {
                    "red" => red,
                    "yellow" => yellow,
                    "green" => green,
                    _ => SettingsUnpack.Number(value, 0),
                });
            }

            var reason = new ScoreReason(ScoreRule.Health, settings.NodeHealthStrategy);
            node.Health = health;
            if (health == 0)
                continue;
            foreach (PlanResource resource in world.Resources)
            {
                // Good health draws even what bad health doesn't drive away.
                bool exempt = health < 0 && (Truce.Model.CibBoolean.Parse(
                    resource.Meta.GetValueOrDefault("allow-unhealthy-nodes")) ?? false);
                if (!exempt)
                    Locations.Add(world, resource, node, health, reason);
            }
        }
    }

    /// <summary>How well a node is: the worst that its attributes say. A number counts
    /// only where the strategy lets the configuration say what the colours are worth; a
    /// yellow of 0 is no threshold.</summary>
    public static NodeHealth State(PlanNode node, ClusterSettings settings)
    {
        if (settings.NodeHealthStrategy == "none")
            return NodeHealth.Green;
        bool scored = settings.NodeHealthStrategy is "progressive" or "custom";
        var worst = NodeHealth.Green;
        foreach ((string name, string value) in node.Attributes)
        {
            if (!name.StartsWith("#health", StringComparison.Ordinal))
                continue;
            NodeHealth health = value switch
            {
                "red" => NodeHealth.Red,
                "yellow" => NodeHealth.Yellow,
                _ => scored ? OfScore(value == "green" ? settings.HealthGreen : SettingsUnpack.Number(value, 0), settings) : NodeHealth.Green,
            };
            if (health > worst)
                worst = health;
        }

        return worst;
    }

    private static NodeHealth OfScore(int score, ClusterSettings settings) =>
        score <= settings.HealthRed ? NodeHealth.Red
        : settings.HealthYellow < 0 && score <= settings.HealthYellow ? NodeHealth.Yellow
        : NodeHealth.Green;
}
