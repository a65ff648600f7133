from tests.support.sockets import no_network

__all__ = ["no_network"]
