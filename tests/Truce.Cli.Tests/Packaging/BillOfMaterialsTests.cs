using System.Text.Json.Nodes;
using Truce.Package;

namespace Truce.Cli.Tests.Packaging;

public sealed class BillOfMaterialsTests
{
    private static readonly DateTimeOffset s_time = DateTimeOffset.UnixEpoch;

    [Fact]
    public void Every_locked_package_is_listed_with_its_digest_and_licence()
    {
        JsonNode document = JsonNode.Parse(Sbom.Make(ShippedPackages.All(), "3.50.0", s_time))!;
        Dictionary<string, JsonNode> listed =
            document["components"]!.AsArray().ToDictionary(c => (string)c!["name"]!, c => c!);
        foreach (string program in (string[])["Truce.Cli", "Truce.Daemon"])
        {
            JsonNode locks =
                JsonNode.Parse(File.ReadAllText(Repository.At("src", program, "packages.lock.json")))!;
            foreach ((string name, JsonNode? package) in locks["dependencies"]!["net10.0"]!.AsObject())
            {
                if ((string)package!["type"]! == "Project")
                    continue;
                Assert.Equal((string)package["resolved"]!, (string)listed[name]["version"]!);
                Assert.Equal(
                    Convert.FromBase64String((string)package["contentHash"]!),
                    Convert.FromHexString((string)listed[name]["hashes"]![0]!["content"]!));
                Assert.NotNull(listed[name]["licenses"]![0]!["license"]!["id"]);
            }
        }

        Assert.Contains("sqlite", listed.Keys);
        Assert.All(ShippedPackages.Runtimes, r => Assert.Contains(r, listed.Keys));
    }

    [Fact]
    public void Every_reference_leads_to_a_component()
    {
        JsonNode document = JsonNode.Parse(Sbom.Make(ShippedPackages.All(), "3.50.0", s_time))!;
        HashSet<string> known =
            [.. document["components"]!.AsArray().Select(c => (string)c!["bom-ref"]!), "truce"];
        JsonArray dependencies = document["dependencies"]!.AsArray();
        Assert.Equal(known.Count - 1, dependencies.Count);
        Assert.All(dependencies, d => Assert.Contains((string)d!["ref"]!, known));
        Assert.All(
            dependencies.SelectMany(d => d!["dependsOn"]!.AsArray()), r =>
                Assert.Contains((string)r!, known));
    }

    [Fact]
    public void NOTICE_names_every_package_whose_code_is_shipped()
    {
        string notice = File.ReadAllText(Repository.At("NOTICE"));
        Assert.All(
            ShippedPackages.All().Where(p => !p.IsTool), p =>
                Assert.Contains(p.Name, notice, StringComparison.Ordinal));
    }

    [Fact]
    public void A_package_whose_licence_is_not_known_is_refused()
    {
        ShippedPackage unknown = new("Acme.Library", "1.0.0", null, []);
        Assert.Throws<InvalidOperationException>(() => Sbom.Make([unknown], "3.50.0", s_time));
    }

    [Fact]
    public void The_same_packages_make_the_same_document_and_others_another_serial_number()
    {
        string document = Sbom.Make(ShippedPackages.All(), "3.50.0", s_time);
        Assert.Equal(document, Sbom.Make(ShippedPackages.All(), "3.50.0", s_time));
        Assert.NotEqual(Serial(document), Serial(Sbom.Make(ShippedPackages.All(), "3.51.0", s_time)));
    }

    [Fact]
    public void SQLite_is_listed_in_the_version_that_its_library_states()
    {
        byte[] library =
            "9.9.9\0\u00013.53.3\02026-06-26 20:14:12 d4c0e51e4aeb96955b99185ab9cde75c339e2c29\0"u8.ToArray();
        Assert.Equal("3.53.3", Sbom.VersionOfSqlite(library));
        Assert.Throws<FormatException>(() => Sbom.VersionOfSqlite("3.53.3"u8.ToArray()));
    }

    private static string? Serial(string document) => (string?)JsonNode.Parse(document)!["serialNumber"];
}
