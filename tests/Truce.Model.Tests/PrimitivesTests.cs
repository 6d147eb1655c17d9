namespace Truce.Model.Tests;

/// <summary>The walk over a resource's primitives, through everything that can hold them.</summary>
public sealed class PrimitivesTests
{
    private static readonly Resource s_web = Primitive("web");
    private static readonly Resource.Group s_group = new(new("g"), [Primitive("ip"), Primitive("db")]);
    private static readonly Resource.Cloned s_clone = new(new("c"), s_group);
    private static readonly Resource.Bundle s_bundle =
        new(new("b"), new BundleContainer(ContainerKind.Podman, "image")) { Content = Primitive("inner") };

    private static readonly Resource[] s_all = [s_web, s_clone, s_bundle];

    [Fact]
    public void A_resource_has_the_primitives_of_all_that_is_in_it_in_order()
    {
        Assert.Equal("web", Text(s_web.Primitives));
        Assert.Equal("ip db", Text(s_group.Primitives));
        Assert.Equal("ip db", Text(s_clone.Primitives));
        Assert.Equal("inner", Text(s_bundle.Primitives));
        Assert.Empty((s_bundle with { Content = null }).Primitives);
    }

    [Theory]
    [InlineData("c", "ip db")]
    [InlineData("g", "ip db")]
    [InlineData("db", "db")]
    [InlineData("b", "inner")]
    [InlineData("inner", "inner")]
    [InlineData("nobody", "")]
    public void A_name_stands_for_the_primitives_at_it_and_below(string id, string primitives) =>
        Assert.Equal(primitives, Text(s_all.SelectMany(r => r.PrimitivesOf(new ResourceId(id)))));

    private static Resource.Primitive Primitive(string id) => new(new ResourceId(id));

    private static string Text(IEnumerable<Resource.Primitive> found) =>
        string.Join(' ', found.Select(p => p.Id));
}
