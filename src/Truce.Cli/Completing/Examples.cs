using System.CommandLine;

namespace Truce.Cli.Completing;

/// <summary>Command lines that a command's help shows. Tests parse each of them.</summary>
internal static class Examples
{
    /// <summary>Every one, by the words of its command.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "option list --set",
        "option list fencing",
        "option set no-quorum-policy=freeze",
        "option set stop-all-resources=true --dry-run",
        "option unset no-quorum-policy",
        "resource set web configfile=/etc/nginx/web.conf",
        "resource set web port=8080 --dry-run",
        "resource unset web port",
        "resource meta web",
        "resource meta web resource-stickiness=100 migration-threshold=3",
        "resource meta web migration-threshold=",
        "resource op web",
        "resource op web monitor interval=20s timeout=30s",
        "resource op db monitor role=Promoted interval=9s --add",
        "resource op web reload --remove",
        "resource create ip ocf:heartbeat:IPaddr2 ip=10.0.0.9 --group g",
        "resource create web ocf:heartbeat:nginx configfile=/etc/nginx/web.conf --after fs --with fs",
        "resource create d ocf:pacemaker:Dummy op monitor interval=30s meta migration-threshold=3",
        "resource create db ocf:pacemaker:Stateful --promotable meta promoted-max=1",
        "resource delete web",
        "resource group add g web --before ip",
        "resource group remove g web",
        "resource failures web",
        "resource move web n2",
        "resource move web",
        "resource clear --expired",
        "resource disable web --dry-run",
        "resource run web monitor",
        "resource run web validate-all port=8080",
        "node standby n1 --dry-run",
        "fence topology set n1 1 ipmi-n1",
        "fence topology set n1 2 pdu-a pdu-b",
        "fence topology delete n1 2",
        "why web",
        "why n1 --details",
        "cluster maintenance on",
        "cluster stop --timeout 10min",
        "cluster start",
        "cluster init",
        "cluster init --name office --link 10.1.0.1,10.2.0.1 --member web2=10.1.0.2,10.2.0.2",
        "cluster init --name office --member web2=10.1.0.2 --quorum-device arbiter --enable",
        "cluster invite office.invitation",
        "cluster invite office.invitation --add web3=10.1.0.3,10.2.0.3",
        "cluster join office.invitation",
        "cluster join office.invitation --no-start",
        "cluster check",
        "cluster check --ssh --fail-on warning",
        "cluster check --facts",
        "cluster check --with web2.facts",
        "config diff 5",
        "config diff 5 7",
        "config restore 5 --dry-run",
        "config import pacemaker.xml --dry-run",
        "config import --live --output truce.xml",
        "config import pacemaker.xml",
        "group list",
        "group show workers",
        "group watch workers",
        "group run workers -- /usr/bin/worker --port 80",
        "group run workers --lead --restart -- /usr/bin/scheduler",
        "group run workers --members 3 --timeout 60s -- /usr/bin/begin",
        "claim nightly --no-wait -- /usr/bin/backup",
        "claim leader --restart -- /usr/bin/leader",
        "constraint list web",
        "constraint location web n1 --score 100",
        "constraint location web n3 --score=-INFINITY",
        "constraint order fs web",
        "constraint order db web --first-action promote --then-action start",
        "constraint colocation web fs",
        "constraint colocation web db --with-role Promoted",
        "constraint delete location-web-n1",
        "alerts",
        "alerts --user monitoring",
        "report",
        "report --from 21:30 --to 22:15",
        "report --from 2h --output /root/n1.tar.gz",
        "metrics",
        "metrics --listen",
        "metrics --listen 0.0.0.0:9664",
    ];

    /// <summary>Those of one command.</summary>
    public static IEnumerable<string> Of(Command command)
    {
        string path = string.Join(' ', Path(command));
        return All.Where(e => e == path || e.StartsWith(path + " ", StringComparison.Ordinal)).Select(e =>
            "truce " + e);
    }

    private static IEnumerable<string> Path(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() switch
    {
        null => [],
        RootCommand => [command.Name],
        { } above => [.. Path(above), command.Name],
    };
}
