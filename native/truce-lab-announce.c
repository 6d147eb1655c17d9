/* truce-lab-announce DEVICE ADDRESS: tells everybody on a link, by gratuitous ARP, who has an address now.
 * Without it, who knew the address at a dead node goes on asking there for seconds. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/if_ether.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { TIMES = 2, GAP_US = 10000 };

static int fail(const char *what)
{
    perror(what);
    return 1;
}

static void fill(struct ether_arp *arp, const unsigned char *hardware, struct in_addr address, int operation)
{
    memset(arp, 0, sizeof *arp);
    arp->arp_hrd = htons(ARPHRD_ETHER);
    arp->arp_pro = htons(ETH_P_IP);
    arp->arp_hln = ETH_ALEN;
    arp->arp_pln = 4;
    arp->arp_op = htons(operation);
    memcpy(arp->arp_sha, hardware, ETH_ALEN);
    memcpy(arp->arp_spa, &address, 4);
    memset(arp->arp_tha, 0xff, ETH_ALEN);
    memcpy(arp->arp_tpa, &address, 4);
}

int main(int count, char **words)
{
    struct sockaddr_ll everybody = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_halen = ETH_ALEN};
    struct ifreq device = {0};
    struct in_addr address;
    struct ether_arp arp;

    if (count != 3 || !inet_aton(words[2], &address) || strlen(words[1]) >= IFNAMSIZ)
        return fputs("usage: truce-lab-announce DEVICE ADDRESS\n", stderr), 2;
    int wire = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_ARP));
    strcpy(device.ifr_name, words[1]);
    if (wire < 0 || ioctl(wire, SIOCGIFHWADDR, &device))
        return fail(words[1]);
    everybody.sll_ifindex = (int)if_nametoindex(words[1]);
    memset(everybody.sll_addr, 0xff, ETH_ALEN);
    for (int i = 0; i < 2 * TIMES; i++)
    {
        fill(&arp, (unsigned char *)device.ifr_hwaddr.sa_data, address, i % 2 ? ARPOP_REPLY : ARPOP_REQUEST);
        if (sendto(wire, &arp, sizeof arp, 0, (struct sockaddr *)&everybody, sizeof everybody) < 0)
            return fail("send");
        usleep(i % 2 ? GAP_US : 0);
    }
    return 0;
}
