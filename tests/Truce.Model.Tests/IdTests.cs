using System.Xml.Linq;

namespace Truce.Model.Tests;

/// <summary>New ids never meet old ones.</summary>
public sealed class IdTests
{
    private static readonly string[] s_notUnique = ["node", "acl_target", "role", "resource_ref", "obj_ref"];

    [Fact]
    public void Every_id_of_a_configuration_is_known_as_taken()
    {
        string path = Path.Combine(RepositoryFolder.Path, "tests", "Truce.Model.Tests", "good",
            "everything.xml");
        Cib cib = CibText.Read(File.ReadAllText(path));
        string[] ids = [.. XDocument.Load(path).Descendants("configuration").Descendants()
            .Where(e => !s_notUnique.Contains(e.Name.LocalName))
            .Select(e => e.Attribute("id")?.Value).OfType<string>()];
        Assert.True(ids.Length > 100, "the document shows all kinds of ids");
        IdSource source = new(cib.Configuration);
        Assert.All(ids, id => Assert.NotEqual(id, source.Unused(id)));
    }

    [Fact]
    public void Characters_that_ids_cannot_have_are_replaced()
    {
        IdSource source = new(Configuration.Empty);
        Assert.Equal("fail-count-db_monitor_10000", source.Unused("fail-count-db#monitor_10000"));
        Assert.Equal("fail-count-db_monitor_10000-1", source.Unused("fail-count-db#monitor_10000"));
        Assert.Equal("id", source.Unused(""));
    }
}
