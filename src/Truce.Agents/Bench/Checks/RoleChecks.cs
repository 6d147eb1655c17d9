using System.Collections.Immutable;
using Truce.Agents.Running;
using Truce.Model;

namespace Truce.Agents.Bench.Checks;

/// <summary>Actions that an agent has if it advertises them.</summary>
internal static class RoleChecks
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<Check> All { get; } =
    [
        new("promotion", Promise.Contract, "promote and demote change the role, and monitor says which it is",
            "return $OCF_RUNNING_PROMOTED (8) from monitor while promoted, 0 while not", PromotionAsync)
            { Need = CheckNeed.Started },
        new("reload", Promise.Contract, "reload leaves the resource running",
            "advertise reload only if nothing is interrupted by it", ReloadAsync) { Need =
                CheckNeed.Started },
        new("notify", Promise.Contract, "notify succeeds", "return 0 from notify for what doesn't matter",
            NotifyAsync) { Need = CheckNeed.Started },
    ];

    private static async Task PromotionAsync(CheckRun run)
    {
        if (!run.Subject.IsPromotable)
        {
            run.DoesNotApply("promote and demote aren't advertised");
            return;
        }

        await using Stage stage = await run.BootStartedAsync().ConfigureAwait(false);
        (string Action, int Code)[] life =
        [
            (OperationNames.Promote, OcfCode.Success), (OperationNames.Monitor, OcfCode.RunningPromoted),
            (OperationNames.Demote, OcfCode.Success), (OperationNames.Monitor, OcfCode.Success),
            (OperationNames.Demote, OcfCode.Success), (OperationNames.Promote, OcfCode.Success),
            (OperationNames.Promote, OcfCode.Success), (OperationNames.Demote, OcfCode.Success),
            (OperationNames.Stop, OcfCode.Success), (OperationNames.Monitor, OcfCode.NotRunning),
        ];
        string before = OperationNames.Start;
        foreach ((string action, int code) in life)
        {
            run.Expect(await stage.DoAsync(action, run.Cancel).ConfigureAwait(false), $"after {before}",
                code);
            before = action;
        }
    }

    private static async Task ReloadAsync(CheckRun run)
    {
        string[] actions = [.. new[] { OperationNames.Reload, OperationNames.ReloadAgent }
            .Where(run.Subject.Metadata.Supports)];
        if (actions.Length == 0)
        {
            run.DoesNotApply("reload isn't advertised");
            return;
        }

        await using Stage stage = await run.BootStartedAsync().ConfigureAwait(false);
        foreach (string action in actions)
        {
            run.Expect(await stage.DoAsync(action, run.Cancel).ConfigureAwait(false), "while it runs",
                OcfCode.Success);
            run.Expect(await stage.DoAsync(OperationNames.Monitor, run.Cancel).ConfigureAwait(false),
                $"after {action}", OcfCode.Success, OcfCode.Degraded);
        }
    }

    private static async Task NotifyAsync(CheckRun run)
    {
        if (!run.Subject.Metadata.Supports(OperationNames.Notify))
        {
            run.DoesNotApply("notify isn't advertised");
            return;
        }

        await using Stage stage = await run.BootStartedAsync().ConfigureAwait(false);
        ActionOptions options = new()
        {
            Meta = ImmutableSortedDictionary<string, string>.Empty
                .Add("notify_type", "post").Add("notify_operation", OperationNames.Start)
                .Add("notify_start_resource", BenchSubject.Resource).Add("notify_start_uname",
                    BenchSubject.Node),
        };
        run.Expect(await stage.DoAsync(OperationNames.Notify, options, run.Cancel).ConfigureAwait(false),
            "told of its own start", OcfCode.Success);
    }
}
